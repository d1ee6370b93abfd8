import ArgumentParser
import Client
import Console
import Foundation

extension Tasks {
    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add the tasks of a CSV or JSON file.",
            discussion: """
                The whole file is checked before anything is sent. Every row has a key of its own
                under the import's ID: an import that broke off can be repeated under the same ID
                within the hour, and adds only what is missing. Tasks come to the ends of their
                columns as they arrive: with --in-flight 1 in the order of the file.

                EXAMPLES
                  taskraft task import plan.csv
                  taskraft task import plan.csv --import-id spring --in-flight 32
                """)

        @Argument(help: "The file.") var file: String
        @Option(help: "csv or json, if the file's name does not tell.") var format: String?
        @Option(help: "Names this import, to repeat it without duplicates.") var importId: String?
        @Option(help: "Rows under way at once.") var inFlight = 16
        @OptionGroup var connection: Connection

        func validate() throws {
            guard (1...256).contains(inFlight) else {
                throw ValidationError("--in-flight is a number from 1 to 256")
            }
        }

        func run() async throws {
            let rows = try readRows()
            let id =
                try importId.map { text in
                    guard let id = ImportID(text) else {
                        throw Failure(
                            "--import-id: 1 to 100 letters, digits, '.', '_' or '-'", .usage)
                    }
                    return id
                } ?? .random()
            let terminal = Terminal.error
            terminal.line("importing \(rows.count) tasks, import ID \(id)")
            var bar = Progress(total: rows.count, isTerminal: terminal.isTerminal)
            let start = ContinuousClock.now
            let report = try await connection.use(policy: .patient, spread: true) { client in
                await Importer(client: client, id: id, inFlight: inFlight).run(rows) { done in
                    let text = bar.update(done: done, elapsed: ContinuousClock.now - start)
                    if let text { terminal.write(text) }
                }
            }
            try finish(report, id, ContinuousClock.now - start)
        }

        private func readRows() throws -> [ImportFile.Row] {
            guard
                let kind = format.flatMap(ImportFile.Format.init(rawValue:))
                    ?? ImportFile.Format(path: file)
            else {
                throw Failure("\(file): say --format csv or --format json", .usage)
            }
            guard let data = FileManager.default.contents(atPath: file) else {
                throw Failure(
                    "\(file) cannot be read; check the path and its permissions", .badData)
            }
            do {
                return try ImportFile(data, format: kind).rows
            } catch {
                throw Failure("\(file) was not imported, nothing was sent:\n\(error)", .badData)
            }
        }

        private func finish(
            _ report: Importer.Report, _ id: ImportID, _ elapsed: Duration
        ) throws {
            if connection.json { try connection.show(json: report.created) }
            let seconds = (elapsed / .seconds(1)).formatted(.number.precision(.fractionLength(1)))
            let terminal = Terminal.error
            terminal.line("\(report.created.count) tasks are stored, in \(seconds) s")
            for failed in report.failed.prefix(20) { terminal.line("  \(failed)") }
            guard let status = report.worst else { return }
            let left = report.failed.count + report.unsent
            throw Failure(
                "rows missing: \(left); repeat with --import-id \(id), which adds only those",
                status)
        }
    }

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write all tasks as CSV or JSON.",
            discussion: """
                They come in the order in which they stand in their columns.

                EXAMPLE
                  taskraft task export --format csv --output tasks.csv
                """)

        @Option(help: "csv or json.") var format = "csv"
        @Option(help: "A file; otherwise standard output.") var output: String?
        @OptionGroup var connection: Connection

        func run() async throws {
            guard let kind = ImportFile.Format(rawValue: format) else {
                throw Failure("--format is csv or json", .usage)
            }
            let tasks = try await connection.use { try await $0.allTasks() }
            let data =
                switch kind {
                case .csv: TaskExport.csv(tasks)
                case .json: try TaskExport.json(tasks)
                }
            if kind == .csv { warnAboutLabels(tasks) }
            guard let output else { return FileHandle.standardOutput.write(data) }
            do {
                try data.write(to: URL(fileURLWithPath: output), options: .atomic)
            } catch {
                throw Failure("\(output) cannot be written: \(error.localizedDescription)")
            }
            Terminal.error.line("\(tasks.count) tasks are in \(output)")
        }

        private func warnAboutLabels(_ tasks: [TaskItem]) {
            let unfit = TaskExport.unfitForCSV(tasks).map { String($0.id) }
            guard !unfit.isEmpty else { return }
            Terminal.error.line(
                "warning: labels with ';' come back as several labels from CSV, in tasks "
                    + unfit.joined(separator: ", ") + "; JSON keeps them")
        }
    }
}

struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say who leads, and how far every node is.",
        discussion: """
            With --ready it asks only whether the node can serve, which needs no token:
            it exits with 0 if it can, and with 1 if it cannot or does not answer.

            EXAMPLES
              taskraft status --url http://127.0.0.1:8081
              taskraft status --ready --url http://127.0.0.1:8081
            """)

    @Flag(help: "Only say whether the node can serve, for health checks.") var ready = false
    @OptionGroup var connection: Connection

    func run() async throws {
        if ready { return try await showReadiness() }
        let cluster = try await connection.use { try await $0.cluster() }
        if connection.json {
            try connection.show(json: cluster)
        } else {
            Terminal.output.line(ClusterText.summary(cluster) + "\n")
            Terminal.output.table(ClusterText.table(cluster))
        }
        if cluster.leader == nil {
            throw Failure("there is no leader; nothing can be changed now", .unavailable)
        }
    }

    private func showReadiness() async throws {
        let readiness = try await readiness()
        if connection.json { try connection.show(json: readiness) }
        guard readiness.status == "ok" else {
            let faults = readiness.checks.filter { !$0.ok }.map { check in
                check.detail.map { "\(check.name): \($0)" } ?? check.name
            }
            throw Failure("the node cannot serve now: " + faults.joined(separator: "; "))
        }
        if !connection.json { Terminal.output.line("ready") }
    }

    /// Whoever checks health knows two answers, and does not wait for long.
    private func readiness() async throws -> Readiness {
        let policy = RetryPolicy(
            deadline: .seconds(3), refusedDeadline: .zero, attempt: .seconds(3))
        do {
            return try await connection.use(policy: policy) { try await $0.readiness() }
        } catch let failure as Failure where failure.status == .unavailable {
            throw Failure(failure.message)
        }
    }
}
