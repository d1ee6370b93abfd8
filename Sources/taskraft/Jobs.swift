import ArgumentParser
import Client
import Console
import Foundation
import Work

struct Jobs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "job", abstract: "Work with jobs: units of work for programs, in queues.",
        discussion: """
            A worker reserves a job, works, and says how it ended: done, or failed. If it says
            nothing within the job's time to run, others get the job. `taskraft work` does all of
            this around a command of yours.

            EXAMPLES
              taskraft job put mail "hello" --delay 5m --attempts 5 --retry-delay 10s
              taskraft job peek --queue mail --state buried
              taskraft job reserve mail --wait 20s
              taskraft job done 7 --lease 7-2
              taskraft job kick --queue mail --match timeout
            """,
        subcommands: [
            Put.self, Peek.self, Reserve.self, Done.self, Fail.self, Kick.self, Remove.self,
        ])
}

/// How a job is put, as options.
struct DraftOptions: ParsableArguments {
    @Option(help: "0 (first) to 4294967295.") var priority: UInt32?
    @Option(help: "Not before so long, as 250ms, 5s, 2h or 7d.") var delay: String?
    @Option(help: "Not before a time, as 2026-12-01T08:00:00Z.") var runAt: String?
    @Option(help: "How long a worker may hold it; 60s otherwise.") var ttr: String?
    @Option(help: "Bury it after so many failures; 0 for never.") var attempts: UInt32?
    @Option(help: "constant, linear or exponential.") var backoff: String?
    @Option(help: "How long to wait after the first failure.") var retryDelay: String?
    @Option(help: "How long to wait at most.") var maxDelay: String?
    @Option(help: "Shorten each wait by up to so many percent, by chance.") var jitter: Int?
    @Option(help: "Put it only if no job of the queue has this key.") var unique: String?
    @Option(help: "The key stands at least so long, also when the job is done.")
    var window: String?
    @Option(help: "The trace it belongs to, as W3C Trace Context writes it.")
    var traceparent: String?

    func draft(_ body: Data) -> JobDraft {
        var draft = JobDraft(body: body)
        draft.priority = priority
        draft.delay = delay
        draft.runAt = runAt
        draft.timeToRun = ttr
        var retry = JobDraft.Retry()
        retry.attempts = attempts
        retry.backoff = backoff
        retry.delay = retryDelay
        retry.longestDelay = maxDelay
        retry.jitter = jitter
        draft.retry = retry == JobDraft.Retry() ? nil : retry
        draft.unique = unique.map { JobDraft.Unique(key: $0, window: window) }
        draft.traceparent = traceparent
        return draft
    }

    func validate() throws {
        if window != nil, unique == nil { throw ValidationError("--window belongs to --unique") }
    }
}

extension Jobs {
    struct Put: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put a job into a queue.",
            discussion: """
                The body is the argument, a file, or standard input.

                EXAMPLES
                  taskraft job put mail "hello"
                  taskraft job put mail --file letter.eml --attempts 5 --retry-delay 10s
                  seq 1000 | taskraft job put numbers --lines
                """)
        @Argument(help: "The queue.") var queue: String
        @Argument(help: "The body.") var body: String?
        @Option(help: "A file with the body; - is standard input.") var file: String?
        @Flag(help: "Each line of the input is a job of its own.") var lines = false
        @OptionGroup var options: DraftOptions
        @OptionGroup var connection: Connection

        func validate() throws {
            if body != nil, file != nil { throw ValidationError("give a body or --file, not both") }
            if lines, options.unique != nil {
                throw ValidationError("--unique is for one job, not for --lines")
            }
        }

        func run() async throws {
            let input = try input()
            guard lines else {
                let put = try await connection.use {
                    try await $0.put(options.draft(input), into: queue)
                }
                if connection.json { return try connection.show(json: put) }
                let id = put.id.map { String($0) } ?? "?"
                Terminal.output.line(put.duplicate == true ? "\(id) has that key already" : id)
                return
            }
            let drafts = input.split(separator: UInt8(ascii: "\n")).map { options.draft(Data($0)) }
            let ids = try await connection.use(policy: .patient) { client in
                var ids: [UInt64] = []
                for batch in JobBatches(drafts) {
                    ids += try await client.put(batch, into: queue).compactMap(\.id)
                }
                return ids
            }
            if connection.json { return try connection.show(json: ["ids": ids]) }
            Terminal.output.line("\(ids.count) jobs put into \(queue)")
        }

        private func input() throws -> Data {
            if let body { return Data(body.utf8) }
            if let file, file != "-" {
                do {
                    return try Data(contentsOf: URL(fileURLWithPath: file))
                } catch {
                    throw Failure("\(file): it cannot be read: \(error.localizedDescription)")
                }
            }
            if file == nil, Terminal.input.isTerminal {
                throw Failure(
                    "no body: give one as an argument, by --file, or on standard input", .usage)
            }
            return try FileHandle.standardInput.readToEnd() ?? Data()
        }
    }

    struct Peek: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Look at jobs without taking them.",
            discussion: """
                EXAMPLES
                  taskraft job peek 7
                  taskraft job peek --queue mail --state buried --match timeout
                """)
        @Argument(help: "A job's number.") var id: UInt64?
        @Option(help: "The jobs of a queue.") var queue: String?
        @Option(help: "Only those that are ready, delayed, reserved or buried.") var state: String?
        @Option(help: "Only those whose body or last error contains the text.") var match: String?
        @Option(help: "At most so many.") var limit = 20
        @Flag(help: "Whatever the node has, also without a quorum.") var stale = false
        @OptionGroup var connection: Connection

        func validate() throws {
            if (id == nil) == (queue == nil) {
                throw ValidationError("give the number of a job, or --queue with a queue's name")
            }
            if limit < 1 { throw ValidationError("--limit is a number from 1") }
        }

        func run() async throws {
            if let id {
                let job = try await connection.use { try await $0.job(id, stale: stale) }
                if connection.json { return try connection.show(json: job) }
                return Terminal.output.line(JobText.details(job))
            }
            let jobs = try await connection.use { try await list(queue ?? "", $0) }
            if connection.json { return try connection.show(json: jobs) }
            Terminal.output.table(JobText.table(jobs))
        }

        private func list(_ queue: String, _ client: TaskraftClient) async throws -> [JobItem] {
            var jobs: [JobItem] = []
            var cursor: String?
            repeat {
                let page = try await client.jobs(
                    in: queue, state: state, match: match, preview: connection.json ? nil : 80,
                    limit: min(200, limit - jobs.count), cursor: cursor, stale: stale)
                jobs += page.items
                cursor = page.nextCursor
            } while cursor != nil && jobs.count < limit
            return jobs
        }
    }
}
