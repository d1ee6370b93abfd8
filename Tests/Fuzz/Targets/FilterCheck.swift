import Work

/// The filter language: whatever is read is written as a text that is read as the same, and can be
/// asked of a task; a refusal names a place within the text.
enum FilterCheck {
    private static let task: TaskRecord = {
        var fields = TaskFields(title: "A title, naïve")
        fields.due = CalendarDate.last
        fields.labels = ["a"]
        return TaskRecord(
            id: TaskID(1), fields: fields, rank: 1, createdBy: 1, author: "a", version: 1,
            created: .zero, updated: .latest, deletedAt: nil, changedIndex: 1)
    }()

    static func check(_ bytes: [UInt8]) throws(Broken) -> Bool {
        guard let text = String(validating: bytes, as: UTF8.self) else { return false }
        let query: TaskQuery
        do throws(QueryError) {
            query = try TaskQuery(parsing: text)
        } catch {
            let isWithin = (0...max(text.unicodeScalars.count, Limits.queryBytes))
                .contains(error.offset)
            try expect(isWithin, "the place \(error.offset) is outside of the text")
            return false
        }
        let written = query.description
        // Quotation marks may make it longer than a query may be.
        if written.utf8.count <= Limits.queryBytes {
            try expect((try? TaskQuery(parsing: written)) == query, "it is written as \(written)")
        }
        for now in [Timestamp.zero, .latest] {
            _ = query.matches(task, at: now) { $0 == .first ? BoardRecord.first.fields : nil }
        }
        let cursor = query.cursor(of: task)
        try expect(QueryCursor(text: cursor.text) == cursor, "its cursor is \(cursor.text)")
        return true
    }
}
