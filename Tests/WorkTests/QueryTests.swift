import Testing
import Wire
import Work

/// The filter language: what it reads, what it says, and what it means.
@Suite struct QueryTests {
    private static let now = Timestamp(milliseconds: 1_795_435_200_000)  // 2026-11-23

    private func conditions(_ text: String) throws -> [TaskQuery.Condition] {
        try TaskQuery(parsing: text).conditions
    }

    @Test(arguments: [
        "", "report", "rep*", "-report", "\"two words\"", "-\"two words\"", "\"p1\"", "priority:1",
        "status:pending,done", "-status:done", "column:review,in_progress", "board:2", "label:home",
        "-label:\"two words\",x", "assignee:ann", "author:\"O\\\"Neil\"", "priority:1..3",
        "priority:0", "due<7d", "due:today", "due:overdue", "due:none", "due>=2026-12-01",
        "due<=tomorrow", "due>-3d", "created<30d", "updated>=2026-01-01", "created:today",
        "updated<6h", "id:5,7", "is:deleted", "-is:unassigned", "sort:-updated", "sort:id",
        "status:pending label:home -label:work due<7d priority:1 \"exact words\" pre* sort:due",
    ])
    func `A canonical text is read and written again`(text: String) throws {
        #expect(try TaskQuery(parsing: text).description == text)
    }

    @Test(arguments: [
        ("  Report\u{a0}x ", "report x"), ("p1", "priority:1"), ("P2", "priority:2"),
        ("Café", "cafe"), ("foo-bar", "foo bar"), ("-foo-bar", "-\"foo bar\""),
        ("\"One\"", "one"), ("10:30", "10 30"), ("due:2w", "due:14d"), ("created<48h", "created<2d"),
        ("priority:none", "priority:0"), ("priority:2..2", "priority:2"), ("sort:rank", ""),
        ("due<yesterday", "due<yesterday"), ("label:\"home\"", "label:home"),
    ])
    func `Other spellings come to the same`(text: String, canonical: String) throws {
        #expect(try TaskQuery(parsing: text).description == canonical)
    }

    @Test(arguments: [
        ("status:open", 7), ("x status:", 9), ("colour:red", 0), ("due<soon", 4), ("due:", 4),
        ("\"open", 0), ("a \"b", 2), ("!!", 0), ("-", 0), ("sort:size", 5), ("-sort:due", 0),
        ("priority:5", 9), ("priority:3..1", 9), ("is:done", 3), ("board:x", 6), ("board:01", 6),
        ("id:1,,2", 5), ("column:A", 7), ("created:30d", 8), ("label:\"\"", 6), ("status<done", 7),
        ("\"a\"b", 3), ("a\u{1}", 1), ("-foo-b*", 0), ("label:a,", 8),
    ])
    func `What cannot be read is named with its place`(text: String, offset: Int) {
        do throws(QueryError) {
            let query = try TaskQuery(parsing: text)
            Issue.record("\(text) was read as \(query)")
        } catch {
            #expect(error.offset == offset, "\(error)")
            #expect(!error.expected.isEmpty)
        }
    }

    @Test func `Too much is refused`() {
        #expect(throws: QueryError.self) {
            try TaskQuery(parsing: String(repeating: "a", count: Limits.queryBytes + 1))
        }
        #expect(throws: QueryError.self) {
            try TaskQuery(parsing: String(repeating: "a ", count: 65))
        }
        #expect(throws: QueryError.self) {
            try TaskQuery(parsing: "id:" + (1...33).map { "\($0)" }.joined(separator: ","))
        }
    }

    @Test func `A query has 64 conditions at most, however few words they are written as`() throws {
        let words = Array(repeating: "a", count: 64)
        #expect(try conditions(words.joined(separator: " ") + " sort:due").count == 64)
        #expect(try conditions(words.joined(separator: ";")).count == 64)
        #expect(throws: QueryError.self) {
            try TaskQuery(parsing: (words + ["a"]).joined(separator: ";"))
        }
    }

    @Test func `Any text is read as what its canonical form is read as, or refused`() throws {
        var generator = SeededGenerator(seed: 8)
        let pieces = [
            "status:", "label:", "due", "<", ">=", ":", "7d", "-", "\"", "\\", " ", ",", "*", "p1",
            "é", "日本", "a", "B", "1..3", "sort:", "is:deleted", "title", "priority:", "none",
            "created", "2026-12-01", "id:", "9", "x y", "\u{301}", "ß", "Ǆ", "İ", "ﬁ", "①",
        ]
        var read = 0
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 1...8, using: &generator)).map { _ in
                pieces[Int.random(in: 0..<pieces.count, using: &generator)]
            }.joined()
            guard let query = try? TaskQuery(parsing: text) else { continue }
            read += 1
            #expect(try TaskQuery(parsing: query.description) == query, "\(text)")
        }
        #expect(read > 2_000)
    }

    // MARK: What it means

    private func task(_ change: (inout TaskRecord) -> Void = { _ in }) -> TaskRecord {
        var fields = TaskFields(title: "Write the Café report")
        fields.description = "Two words, 日本語 and naïve\ntexts"
        fields.labels = ["home", "two words"]
        fields.priority = 2
        fields.due = CalendarDate(year: 2026, month: 11, day: 23)
        var task = TaskRecord(
            id: TaskID(5), fields: fields, rank: 1, createdBy: 1, author: "bob", version: 1,
            created: Timestamp(milliseconds: 1_795_348_800_000),
            updated: Timestamp(milliseconds: 1_795_432_000_000), deletedAt: nil, changedIndex: 1)
        change(&task)
        return task
    }

    private func matches(_ text: String, _ task: TaskRecord) throws -> Bool {
        try TaskQuery(parsing: text).matches(task, at: Self.now) {
            $0 == .first ? BoardRecord.first.fields : nil
        }
    }

    @Test(arguments: [
        "", "cafe", "CAFÉ", "re*", "naive", "\"two words\"", "\"the café report\"", "日", "日本",
        "status:pending,done", "column:pending", "board:1", "label:home", "label:x,home",
        "label:\"two words\"", "-label:work", "author:bob", "-assignee:ann", "is:unassigned", "p2",
        "priority:1..3", "due:today", "due<1d", "due<=2026-11-23", "due>=today", "-due:overdue",
        "created<48h", "created<=24h", "created>=24h", "created:yesterday", "updated<1h",
        "updated<=today", "updated<2026-11-24", "id:1,5", "write texts", "-words2",
    ])
    func `A task is found`(text: String) throws {
        #expect(try matches(text, task()))
    }

    @Test(arguments: [
        "coffee", "-cafe", "rep", "repo*x", "\"words two\"", "\"report two\"", "status:done",
        "column:done", "board:2", "label:hom", "-label:home", "author:Bob", "assignee:ann",
        "-is:unassigned", "p1", "priority:none", "due:none", "due<today", "due>today",
        "due:overdue", "created<24h", "created>24h", "created:today", "updated>1h", "id:6",
        "is:deleted", "updated>2026-11-23", "-\"two words\"", "本日x",
    ])
    func `A task is not found`(text: String) throws {
        #expect(try !matches(text, task()))
    }

    @Test(arguments: [
        ("a a b", "a a a b", true), ("a b a b c", "a b a b a b c", true), ("a", "b a", true),
        ("a b", "a c b", false), ("a b", "a", false), ("a b", "b a", false), ("b", "", false),
        ("cafe x", "le Café, X!", true),
    ])
    func `A phrase is found wherever it begins`(phrase: String, text: String, isThere: Bool) {
        #expect(Terms.contain(Array(Terms(phrase)), in: text) == isThere)
    }

    @Test func `Deleted tasks are found only where they are asked for`() throws {
        let gone = task { $0.deletedAt = Self.now }
        #expect(try matches("is:deleted cafe", gone))
        #expect(try !matches("cafe", gone))
        #expect(try !matches("-is:deleted", gone))
        #expect(try matches("-is:deleted", task()))
    }

    @Test func `What is overdue is not done`() throws {
        let late = task { $0.fields.due = CalendarDate(year: 2026, month: 11, day: 1) }
        #expect(try matches("due:overdue", late))
        var done = late
        done.fields.status = .done
        #expect(try !matches("due:overdue", done))
        #expect(try matches("due<today", done))
    }

    @Test(arguments: TaskQuery.Sort.Key.allCases, [false, true])
    func `Each order is one, with those without a value last`(
        key: TaskQuery.Sort.Key, isDescending: Bool
    ) {
        var query = TaskQuery()
        query.sort = .init(key, isDescending: isDescending)
        let tasks = (1...6).map { number in
            task { task in
                task.id = TaskID(UInt64(number))
                task.rank = Int64(number % 3)
                task.fields.title = number % 2 == 0 ? "a" : "B"
                task.fields.priority = UInt8(number % 3)
                if number % 3 == 0 { task.fields.due = nil }
                task.created.milliseconds += Int64(number % 2)
            }
        }
        let sorted = tasks.shuffled().sorted { query.precedes($0, $1) }
        for (one, other) in zip(sorted, sorted.dropFirst()) {
            #expect(query.precedes(one, other) && !query.precedes(other, one))
        }
        let cursors = sorted.map(query.cursor)
        for cursor in cursors { #expect(QueryCursor(text: cursor.text) == cursor) }
        if key == .due || key == .priority {
            #expect(cursors.suffix(2).allSatisfy { $0.value == QueryCursor.Value.none })
        }
        let first = sorted.first?.id.rawValue
        switch key {
        case .id: #expect(first == (isDescending ? 6 : 1))
        case .rank: #expect(first == (isDescending ? 5 : 3))
        case .priority: #expect(first == (isDescending ? 5 : 1))
        case .due: #expect(first == (isDescending ? 5 : 1))
        case .title: #expect(first == (isDescending ? 6 : 1))
        case .created: #expect(first == (isDescending ? 5 : 2))
        case .updated: #expect(first == (isDescending ? 6 : 1))
        }
    }

    @Test(arguments: ["", "x", "5.", "05", "5.x1", "5.n", "5.n1x", "-5"])
    func `A cursor that was not handed out is none`(text: String) {
        #expect(QueryCursor(text: text) == nil)
    }

    @Test(arguments: [
        ("It's 3 o'clock", ["it", "s", "3", "o", "clock"]), ("", []), ("—…!", []),
        ("ÀÉÎÕÜ ß Æ Ø Ł ı", ["aeiou", "ss", "æ", "o", "l", "i"]), ("e\u{301}a\u{308}b", ["eab"]),
        ("日本語とswift", ["日", "本", "語", "と", "swift"]), ("ＡＢ１", ["ab1"]),
        ("Привет, МИР", ["привет", "мир"]), ("x₂", ["x₂"]),
        (String(repeating: "a", count: 40), [String(repeating: "a", count: 32)]),
        (String(repeating: "я", count: 20), [String(repeating: "я", count: 16)]),
    ])
    func `A text is cut into its terms`(text: String, terms: [String]) {
        #expect(Array(Terms(text)) == terms)
    }

    @Test func `A task has no more terms than are kept`() {
        var fields = TaskFields(title: "x")
        fields.description = (0..<6_000).map { "w\($0)" }.joined(separator: " ")
        #expect(Terms.all(in: fields).count == Terms.countMax)
    }
}
