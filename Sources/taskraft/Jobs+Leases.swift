import ArgumentParser
import Client
import Console
import Foundation
import Work

extension Jobs {
    struct Reserve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take jobs; each comes with a lease that finishes it.",
            discussion: """
                Who says nothing within the time to run loses the job to others. The exit code is 1
                when there is no job.

                EXAMPLES
                  taskraft job reserve mail
                  taskraft job reserve mail urgent --wait 20s --max 10 --json
                """)
        @Argument(help: "Queues.") var queues: [String]
        @Option(help: "Wait so long for a job, as 20s or 5m.") var wait = "0s"
        @Option(help: "At most so many, 1 to 320.") var max = 1
        @OptionGroup var connection: Connection

        func validate() throws {
            if Span.milliseconds(wait) == nil {
                throw ValidationError("--wait is a time such as 500ms, 20s or 5m")
            }
            if !(1...320).contains(max) { throw ValidationError("--max is a number from 1 to 320") }
        }

        func run() async throws {
            let patience = Duration.milliseconds(Span.milliseconds(wait) ?? 0)
            let jobs = try await connection.use {
                try await $0.reserve(queues, max: max, wait: patience)
            }
            if connection.json { try connection.show(json: jobs) }
            guard !jobs.isEmpty else {
                if connection.json { throw ExitCode(ExitStatus.failure.rawValue) }
                throw Failure("there is no job; --wait 20s waits for one")
            }
            if connection.json { return }
            for job in jobs { Terminal.output.line(JobText.details(job)) }
            if let job = jobs.first, let lease = job.lease, Terminal.output.isTerminal {
                Terminal.output.line("Then: taskraft job done \(job.id) --lease \(lease)")
            }
        }
    }

    struct Done: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say that a job is done: it goes.",
            discussion: """
                EXAMPLES
                  taskraft job done 7 --lease 7-2
                """)
        @Argument(help: "Its number.") var id: UInt64
        @Option(help: "As it came with the job.") var lease: String
        @OptionGroup var connection: Connection

        func run() async throws {
            try await connection.use { try await $0.complete(id, lease: lease) }
            if connection.json { return try connection.show(json: ["done": id]) }
            Terminal.output.line("done \(id)")
        }
    }

    struct Fail: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say that a job failed: it is tried again by its policy, or buried.",
            discussion: """
                EXAMPLES
                  taskraft job fail 7 --lease 7-2 --error "no route to host"
                  taskraft job fail 7 --lease 7-2 --bury
                """)
        @Argument(help: "Its number.") var id: UInt64
        @Option(help: "As it came with the job.") var lease: String
        @Option(help: "What went wrong.") var error: String?
        @Flag(help: "Put it aside at once, whatever its policy says.") var bury = false
        @OptionGroup var connection: Connection

        func validate() throws {
            if bury, error != nil {
                throw ValidationError("--error is not kept with --bury; leave one of them out")
            }
        }

        func run() async throws {
            let job = try await connection.use { client in
                bury
                    ? try await client.bury(id, lease: lease)
                    : try await client.fail(id, lease: lease, error: error)
            }
            if connection.json { return try connection.show(json: job) }
            Terminal.output.line(job.map { JobText.details($0) } ?? "job \(id) is gone since")
        }
    }

    struct Kick: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Try buried jobs again, or delayed ones at once.",
            discussion: """
                Each gets as many attempts again.

                EXAMPLES
                  taskraft job kick 7 8
                  taskraft job kick --queue mail                  all that are buried
                  taskraft job kick --queue mail --match timeout
                  taskraft job kick --queue mail --max 10
                """)
        @Argument(help: "Their numbers.") var ids: [UInt64] = []
        @Option(help: "The buried jobs of a queue.") var queue: String?
        @Option(help: "Only those whose body or last error contains the text.") var match: String?
        @Option(help: "Only so many, the oldest first.") var max: Int?
        @OptionGroup var connection: Connection

        func validate() throws {
            if ids.isEmpty == (queue == nil) {
                throw ValidationError("give numbers of jobs, or --queue with a queue's name")
            }
            if match != nil, max != nil { throw ValidationError("give --match or --max, not both") }
            if queue == nil, match != nil || max != nil {
                throw ValidationError("--match and --max belong to --queue")
            }
        }

        func run() async throws {
            let kicked = try await connection.use { client in
                for id in ids { try await client.kickJob(id) }
                guard let queue else { return ids.count }
                if let match { return try await client.kick(queue, matching: match) }
                return try await client.kick(queue, max: max).kicked
            }
            if connection.json { return try connection.show(json: ["kicked": kicked]) }
            Terminal.output.line("\(kicked) kicked")
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rm", abstract: "Delete jobs that nobody holds.",
            discussion: """
                EXAMPLES
                  taskraft job rm 7 8
                """)
        @Argument(help: "Their numbers.") var ids: [UInt64]
        @OptionGroup var connection: Connection

        func run() async throws {
            try await connection.use { client in
                for id in ids {
                    try await client.deleteJob(id)
                    if !connection.json { Terminal.output.line("deleted \(id)") }
                }
            }
            if connection.json { try connection.show(json: ["deleted": ids]) }
        }
    }
}
