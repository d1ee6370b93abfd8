import Work

/// Keeps `task_labels` and `task_terms` true to the tasks. What a task had is found in its old
/// row, so that neither table needs an index by task, and only what differs is written.
struct SearchTables {
    let session: any SQLSession

    /// What is to be written and removed, by term or label and task.
    struct Difference {
        fileprivate var terms = Pairs()
        fileprivate var labels = Pairs()
    }

    fileprivate struct Pairs {
        var added: [Pair] = []
        var gone: [Pair] = []
    }

    fileprivate struct Pair: Comparable {
        var word: String
        var task: TaskID

        /// In the order of the tables, which is that of the bytes.
        static func < (left: Pair, right: Pair) -> Bool {
            if left.word.utf8.elementsEqual(right.word.utf8) { return left.task < right.task }
            return left.word.utf8.lexicographicallyPrecedes(right.word.utf8)
        }

        static func == (left: Pair, right: Pair) -> Bool {
            left.task == right.task && left.word.utf8.elementsEqual(right.word.utf8)
        }

        var values: [SQLValue] { [.text(word), .unsigned(task.rawValue)] }
    }

    /// To be asked before the tasks are written. From `firstNew` on they have no row yet: numbers
    /// rise, also where a client chose one and left some out.
    func difference(
        _ tasks: some Collection<TaskRecord>, firstNew: UInt64 = .max
    ) throws -> Difference {
        var result = Difference()
        var rest = tasks[...]
        while !rest.isEmpty {
            let chunk = rest.prefix(RowWriter.sizes[0])
            rest = rest.dropFirst(chunk.count)
            let old = try texts(chunk.filter { $0.id.rawValue < firstNew }.map(\.id))
            for task in chunk { result.add(task, old[task.id]) }
        }
        return result
    }

    /// To be called when the tasks are written.
    func write(_ difference: Difference, _ writer: RowWriter) throws {
        try write(difference.terms, to: .taskTerms, writer)
        try write(difference.labels, to: .taskLabels, writer)
    }

    private func write(_ pairs: Pairs, to table: Table, _ writer: RowWriter) throws {
        try writer.delete(pairs.gone.sorted().map(\.values), from: table)
        try writer.upsert(pairs.added.sorted().map(\.values), into: table)
    }

    /// Fills both tables with what is in `tasks`, when they are new.
    func fill(_ writer: RowWriter) throws {
        var last = TaskID(0)
        while true {
            let page: [TaskRecord] = try session.rows(
                Table.tasks.select + " WHERE id > ? ORDER BY id LIMIT 500",
                [.unsigned(last.rawValue)])
            var difference = Difference()
            for task in page { difference.add(task, nil) }
            try write(difference, writer)
            guard let end = page.last else { return }
            last = end.id
        }
    }

    /// Title, description and labels as they are stored.
    private func texts(_ ids: [TaskID]) throws -> [TaskID: TaskFields] {
        var found: [TaskID: TaskFields] = [:]
        var rest = ids[...]
        while !rest.isEmpty {
            let keys = rest.prefix(RowWriter.size(filledBy: rest.count))
            rest = rest.dropFirst(keys.count)
            let condition = session.dialect.find(in: .tasks, rows: keys.count)
            try session.query(
                "SELECT id, title, description, labels FROM tasks WHERE \(condition)",
                keys.map { .unsigned($0.rawValue) }
            ) { row in
                let id = TaskID(try row.unsigned())
                var fields = TaskFields(title: try row.text())
                fields.description = try row.text()
                fields.labels = Labels.parse(try row.text()) ?? []
                found[id] = fields
            }
        }
        return found
    }
}

extension SearchTables.Difference {
    fileprivate mutating func add(_ task: TaskRecord, _ old: TaskFields?) {
        let new = task.fields
        if old.map({ !$0.hasText(of: new) }) ?? true {
            terms.add(Terms.all(in: new), old.map { Terms.all(in: $0) } ?? [], of: task.id)
        }
        labels.add(new.labels, old?.labels ?? [], of: task.id)
    }
}

extension TaskFields {
    fileprivate func hasText(of other: TaskFields) -> Bool {
        title.utf8.elementsEqual(other.title.utf8)
            && description.utf8.elementsEqual(other.description.utf8)
    }
}

extension SearchTables.Pairs {
    fileprivate mutating func add(
        _ new: some Sequence<String>, _ old: some Sequence<String>, of task: TaskID
    ) {
        let (new, old) = (Self.words(new), Self.words(old))
        for (bytes, word) in new where old[bytes] == nil {
            added.append(SearchTables.Pair(word: word, task: task))
        }
        for (bytes, word) in old where new[bytes] == nil {
            gone.append(SearchTables.Pair(word: word, task: task))
        }
    }

    /// By bytes, as the tables have them: two texts that Swift takes for one may differ there.
    private static func words(_ words: some Sequence<String>) -> [[UInt8]: String] {
        Dictionary(words.map { (Array($0.utf8), $0) }) { first, _ in first }
    }
}
