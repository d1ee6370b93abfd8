import ArgumentParser
import Client
import Console
import Foundation

/// Runs a command for each job.
struct WorkOn: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "work", abstract: "Run a command for each job of a queue.",
        discussion: """
            The command gets the job's body on standard input, and in its environment
            TASKRAFT_JOB_ID, TASKRAFT_JOB_ATTEMPT (1 for the first) and TASKRAFT_QUEUE; and
            TRACEPARENT, if the job belongs to a trace. Its exit code says what becomes of the job:

              0      it is done
              100    it is buried, until somebody kicks it (--bury-on sets other codes)
              other  it failed: it is tried again by its policy, or buried when its attempts are
                     spent. The last lines of standard error are kept with it

            The lease is renewed at a third of its time, for as long as the command runs. If it is
            lost nonetheless, the command is ended, since another worker may have the job.

            On SIGTERM or Ctrl-C it takes no more jobs, finishes what runs, and exits with 0; asked
            again, it ends what runs and gives those jobs back.

            EXAMPLES
              taskraft work mail -- ./send.sh
              taskraft work mail urgent --concurrency 8 -- python3 worker.py --fast
              taskraft work mail --drain -- sh -c 'cat >> mails.txt'
            """)
    @Argument(help: "Queues; the most urgent job of all of them is next.") var queues: [String]
    @Argument(parsing: .postTerminator, help: "The command, after --.") var command: [String] = []
    @Option(help: "So many jobs at once, 1 to 256.") var concurrency = 1
    @Option(
        name: .customLong("bury-on"), help: "Exit codes that bury, separated by commas.")
    var burying = "100"
    @Flag(help: "End when there are no more jobs, instead of waiting.") var drain = false
    @OptionGroup var connection: Connection

    private var codes: [Int32]? {
        let parts = burying.split(separator: ",").map { Int32($0) }
        let codes = parts.compactMap { $0 }.filter { (1...255).contains($0) }
        return codes.count == parts.count ? codes : nil
    }

    func validate() throws {
        if command.isEmpty {
            throw ValidationError(
                "no command: give one after --, as in taskraft work mail -- ./send.sh")
        }
        if !(1...256).contains(concurrency) {
            throw ValidationError("--concurrency is a number from 1 to 256")
        }
        if codes == nil { throw ValidationError("--bury-on takes exit codes from 1 to 255") }
    }

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        guard
            let program = CommandProcess.find(
                command[0], path: environment["PATH"] ?? "/usr/bin:/bin")
        else {
            throw Failure("there is no program \(command[0]) that can be run", .usage)
        }
        var settings = Worker.Settings(
            queues: queues, command: [program] + command.dropFirst(), environment: environment)
        settings.concurrency = concurrency
        settings.burying = Set(codes ?? [])
        settings.drains = drain
        let interrupt = Interrupt()
        defer { withExtendedLifetime(interrupt) {} }
        let asked = interrupt.counter
        let json = connection.json
        try await connection.use(policy: .patient) { client in
            let worker = Worker(client: client, settings: settings) { event in
                Terminal.error.line(json ? WorkText.json(event) : WorkText.line(event))
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await Self.listen(asked, worker) }
                defer { group.cancelAll() }
                try await worker.run()
            }
        }
    }

    private static func listen(_ asked: Interrupt.Counter, _ worker: Worker) async {
        var isStopping = false
        while (try? await Task.sleep(for: .milliseconds(50))) != nil {
            if asked.isAsked, !isStopping {
                isStopping = true
                worker.stop()
            }
            if asked.isUrged { return worker.abandon() }
        }
    }
}
