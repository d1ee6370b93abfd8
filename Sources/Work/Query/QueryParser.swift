/// Reads the filter language: conditions side by side, all of which must hold.
///
///     status:pending,done label:home -label:work due<7d p1 "exact words" prefix* sort:-updated
struct QueryParser {
    private static let conditionsMax = 64
    private static let valuesMax = 32

    private let scalars: [Unicode.Scalar]
    private var place = 0
    private var query = TaskQuery()

    init(_ text: String) { scalars = Array(text.unicodeScalars) }

    mutating func parse() throws(QueryError) -> TaskQuery {
        if let place = scalars.firstIndex(where: { $0.value < 0x20 || $0.value == 0x7f }) {
            throw QueryError(offset: place, expected: "no control characters")
        }
        skipSpaces()
        while place < scalars.count {
            let start = place
            try parseCondition()
            if query.conditions.count > Self.conditionsMax {
                throw QueryError(
                    offset: start, expected: "at most \(Self.conditionsMax) conditions")
            }
            guard place == scalars.count || scalars[place] == " " else {
                throw error("a space")
            }
            skipSpaces()
        }
        return query
    }

    private mutating func parseCondition() throws(QueryError) {
        let start = place
        let isNegated = take("-")
        if peek == "\"" {
            try add(words: try quoted(), at: start, isNegated: isNegated, isQuoted: true)
            return
        }
        if let (name, comparison) = takeField() {
            if name == "sort" {
                if isNegated { throw QueryError(offset: start, expected: "sort without -") }
                try parseSort(comparison)
            } else {
                let test = try parseTest(name, comparison, at: start)
                query.conditions.append(.init(test, isNegated: isNegated))
            }
            return
        }
        let word = takeWord()
        if let priority = Self.priority(short: word) {
            query.conditions.append(.init(.priority(priority...priority), isNegated: isNegated))
        } else {
            try add(words: word, at: start, isNegated: isNegated, isQuoted: false)
        }
    }

    /// `p1`.
    static func priority(short word: String) -> UInt8? {
        guard word.utf8.count == 2, word.first == "p" || word.first == "P",
            let priority = UInt8(word.dropFirst()), priority <= Limits.priority
        else { return nil }
        return priority
    }

    // MARK: Texts

    private mutating func add(
        words text: String, at start: Int, isNegated: Bool, isQuoted: Bool
    ) throws(QueryError) {
        let isPrefix = !isQuoted && text.last == "*"
        let terms = Array(Terms(text))
        guard let last = terms.last else {
            throw QueryError(offset: start, expected: "letters or digits")
        }
        if terms.count == 1 {
            query.conditions.append(.init(.word(last, isPrefix: isPrefix), isNegated: isNegated))
        } else if isQuoted || isNegated {
            if isPrefix { throw QueryError(offset: start, expected: "one word before *") }
            query.conditions.append(.init(.phrase(terms), isNegated: isNegated))
        } else {
            for term in terms.dropLast() {
                query.conditions.append(.init(.word(term, isPrefix: false)))
            }
            query.conditions.append(.init(.word(last, isPrefix: isPrefix)))
        }
    }

    private mutating func quoted() throws(QueryError) -> String {
        let start = place
        place += 1
        var text = String.UnicodeScalarView()
        while place < scalars.count {
            let scalar = scalars[place]
            place += 1
            if scalar == "\"" { return String(text) }
            if scalar == "\\", place < scalars.count {
                text.append(scalars[place])
                place += 1
            } else {
                text.append(scalar)
            }
        }
        throw QueryError(offset: start, expected: "a closing quotation mark")
    }

    private mutating func takeWord() -> String {
        let start = place
        while place < scalars.count, scalars[place] != " ", scalars[place] != "\"" { place += 1 }
        return String(String.UnicodeScalarView(scalars[start..<place]))
    }

    // MARK: Fields

    /// A name of small letters with a comparison behind it; anything else is a text.
    private mutating func takeField() -> (String, TaskQuery.Comparison)? {
        var end = place
        while end < scalars.count, ("a"..."z").contains(scalars[end]) { end += 1 }
        guard end > place, end < scalars.count else { return nil }
        let name = String(String.UnicodeScalarView(scalars[place..<end]))
        for text in ["<=", ">=", "<", ">", ":"] {
            if scalars[end...].starts(with: text.unicodeScalars) {
                place = end + text.unicodeScalars.count
                return TaskQuery.Comparison(rawValue: text).map { (name, $0) }
            }
        }
        return nil
    }

    private mutating func parseSort(_ comparison: TaskQuery.Comparison) throws(QueryError) {
        let isDescending = take("-")
        let start = place
        let keys = TaskQuery.Sort.Key.allCases.map(\.rawValue)
        guard comparison == .equal, let key = TaskQuery.Sort.Key(rawValue: takeWord()) else {
            throw QueryError(offset: start, expected: "one of \(keys.joined(separator: ", "))")
        }
        query.sort = TaskQuery.Sort(key, isDescending: isDescending)
    }

    /// One value of a list: as it stands, or between quotation marks.
    mutating func value() throws(QueryError) -> String {
        if peek == "\"" { return try quoted() }
        let start = place
        while place < scalars.count, scalars[place] != " ", scalars[place] != ",",
            scalars[place] != "\""
        {
            place += 1
        }
        if place == start { throw error("a value") }
        return String(String.UnicodeScalarView(scalars[start..<place]))
    }

    /// Values with commas between them, each of which `read` must take.
    mutating func list<Value>(
        _ expected: String, _ read: (String) -> Value?
    ) throws(QueryError) -> [Value] {
        var values: [Value] = []
        repeat {
            let start = place
            guard let value = read(try value()) else {
                throw QueryError(offset: start, expected: expected)
            }
            values.append(value)
            if values.count > Self.valuesMax {
                throw error("at most \(Self.valuesMax) values")
            }
        } while take(",")
        return values
    }

    // MARK: Scalars

    private var peek: Unicode.Scalar? { place < scalars.count ? scalars[place] : nil }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard peek == scalar else { return false }
        place += 1
        return true
    }

    private mutating func skipSpaces() { while peek == " " { place += 1 } }

    func error(_ expected: String) -> QueryError { QueryError(offset: place, expected: expected) }
}

extension TaskQuery {
    /// Reads the filter language; `description` writes it.
    package init(parsing text: String) throws(QueryError) {
        if text.utf8.count > Limits.queryBytes {
            throw QueryError(
                offset: Limits.queryBytes, expected: "at most \(Limits.queryBytes) bytes")
        }
        var parser = QueryParser(text)
        self = try parser.parse()
    }
}
