package import Client

/// Sends the rows of a file, several at a time, each with its own idempotency key.
package struct Importer: Sendable {
    package struct Created: Codable, Hashable, Sendable {
        package var row: Int
        package var id: UInt64
    }

    package struct Failed: Hashable, Sendable {
        package var row: ImportFile.Row
        package var error: ClientError
    }

    /// What became of the rows.
    package struct Report: Sendable {
        package var created: [Created] = []
        package var failed: [Failed] = []
        /// Rows that were not sent any more, since the cluster had stopped answering.
        package var unsent = 0

        /// How bad the worst failure is.
        package var worst: ExitStatus? {
            let statuses = failed.map(\.error.exitStatus)
            if statuses.contains(.unavailable) || unsent > 0 { return .unavailable }
            return statuses.first
        }
    }

    private let client: TaskraftClient
    private let id: ImportID
    private let inFlight: Int

    package init(client: TaskraftClient, id: ImportID, inFlight: Int) {
        precondition(inFlight > 0, "Something must be in flight.")
        self.client = client
        self.id = id
        self.inFlight = inFlight
    }

    /// - Parameter progress: called after each row with how many are finished.
    package func run(
        _ rows: [ImportFile.Row], progress: (Int) -> Void
    ) async -> Report {
        var report = Report()
        var waiting = rows[...]
        var finished = 0
        await withTaskGroup(of: (ImportFile.Row, Result<UInt64, ClientError>).self) { group in
            while let row = waiting.popFirst() {
                group.addTask { (row, await create(row)) }
                guard rows.count - waiting.count >= inFlight else { continue }
                guard let (row, result) = await group.next() else { continue }
                report.note(row, result)
                finished += 1
                progress(finished)
                if report.worst == .unavailable { break }
            }
            for await (row, result) in group {
                report.note(row, result)
                finished += 1
                progress(finished)
            }
        }
        report.unsent = waiting.count
        report.created.sort { $0.row < $1.row }
        report.failed.sort { $0.row.number < $1.row.number }
        return report
    }

    private func create(_ row: ImportFile.Row) async -> Result<UInt64, ClientError> {
        do {
            return .success(try await client.create(row.draft, key: id.key(row: row.number)).id)
        } catch {
            return .failure(error)
        }
    }
}

extension Importer.Report {
    fileprivate mutating func note(
        _ row: ImportFile.Row, _ result: Result<UInt64, ClientError>
    ) {
        switch result {
        case .success(let id): created.append(Importer.Created(row: row.number, id: id))
        case .failure(let error): failed.append(Importer.Failed(row: row, error: error))
        }
    }
}

extension Importer.Failed: CustomStringConvertible {
    package var description: String {
        if case .refused(let problem) = error, problem.code == "key_reused" {
            return "\(row.place): this row was imported under the same import ID with other "
                + "contents; import the changed file under a new ID, or edit the task"
        }
        return "\(row.place): \(error)"
    }
}
