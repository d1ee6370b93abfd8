import Client
import Work

/// Tasks from comma-separated values with a header row.
enum CSVImport {
    static func rows(_ bytes: [UInt8]) throws(ImportFile.Problems) -> [ImportFile.Row] {
        let records: [CSVReader.Record]
        do {
            records = try CSVReader.records(bytes)
        } catch {
            throw ImportFile.Problems([
                ImportFile.Problem(place: "line \(error.line)", what: error.what)
            ])
        }
        guard let header = records.first else { return [] }
        let columns = try columns(header)
        var rows: [ImportFile.Row] = []
        var problems: [ImportFile.Problem] = []
        for (place, record) in records.dropFirst().enumerated() {
            switch row(record, columns, number: place + 1) {
            case .success(let row): rows.append(row)
            case .failure(let found): problems += found.problems
            }
        }
        guard problems.isEmpty else { throw ImportFile.Problems(problems) }
        return rows
    }

    private static func columns(
        _ header: CSVReader.Record
    ) throws(ImportFile.Problems) -> [TaskColumn] {
        var columns: [TaskColumn] = []
        var problems: [ImportFile.Problem] = []
        func problem(_ what: String) {
            problems.append(ImportFile.Problem(place: "line \(header.line)", what: what))
        }
        let known = TaskColumn.allCases.map(\.rawValue)
        for field in header.fields {
            let name = trimmed(field).lowercased()
            guard let column = TaskColumn(rawValue: name) else {
                let meant = Suggestion.nearest(to: name, in: known)
                    .map { "did you mean '\($0)'?" }
                    ?? "known columns are \(known.joined(separator: ", "))"
                problem("'\(trimmed(field))' is no known column; \(meant)")
                continue
            }
            if columns.contains(column) { problem("the column '\(name)' is there twice") }
            columns.append(column)
        }
        if !columns.contains(.title) { problem("the column 'title' is missing") }
        guard problems.isEmpty else { throw ImportFile.Problems(problems) }
        return columns
    }

    private static func row(
        _ record: CSVReader.Record, _ columns: [TaskColumn], number: Int
    ) -> Result<ImportFile.Row, ImportFile.Problems> {
        let place = "line \(record.line)"
        guard record.fields.count == columns.count else {
            let what = "has \(record.fields.count) fields, the header names \(columns.count)"
            return .failure(.init([ImportFile.Problem(place: place, what: what)]))
        }
        var draft = TaskDraft(title: "")
        var problems: [String] = []
        for (column, field) in zip(columns, record.fields) {
            if let problem = set(column, field, in: &draft) { problems.append(problem) }
        }
        problems += DraftCheck.problems(draft)
        guard problems.isEmpty else {
            return .failure(.init(problems.map { ImportFile.Problem(place: place, what: $0) }))
        }
        return .success(ImportFile.Row(number: number, place: place, draft: draft))
    }

    /// An empty field leaves the default.
    private static func set(
        _ column: TaskColumn, _ field: String, in draft: inout TaskDraft
    ) -> String? {
        let value = column == .description ? field : trimmed(field)
        if value.isEmpty { return nil }
        switch column {
        case .title: draft.title = value
        case .description: draft.description = value
        case .status: draft.status = value
        case .due: draft.due = value
        case .assignee: draft.assignee = value
        case .labels:
            draft.labels = value.split(separator: ";").map { trimmed($0) }.filter { !$0.isEmpty }
        case .priority:
            guard let priority = Int(value) else {
                return "priority: '\(value)' is no number between 0 and 4"
            }
            draft.priority = priority
        case .column: draft.column = value
        case .board:
            guard let board = UInt64(value) else { return "board: '\(value)' is no board's number" }
            draft.board = board
        }
        return nil
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        return String(
            text.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    }
}
