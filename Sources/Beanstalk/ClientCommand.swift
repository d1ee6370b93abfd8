package import Work

/// What a client says in one line, and for `put` in the body that follows. Seconds are as sent.
package enum ClientCommand: Hashable, Sendable {
    case put(priority: UInt32, delay: UInt32, timeToRun: UInt32, body: [UInt8])
    case peek(JobID)
    /// Of the tube in use: the ready job to be served next, the delayed one, the buried one.
    case peekFirst(JobState)
    /// nil waits as long as it takes.
    case reserve(timeout: UInt32?)
    case reserveJob(JobID)
    case delete(JobID)
    case release(JobID, priority: UInt32, delay: UInt32)
    case bury(JobID, priority: UInt32)
    case touch(JobID)
    case kick(UInt32)
    case kickJob(JobID)
    case use(QueueName)
    case watch(QueueName)
    case ignore(QueueName)
    case stats
    case statsJob(JobID)
    case statsTube(QueueName)
    case listTubes
    case listTubeUsed
    case listTubesWatched
    case pauseTube(QueueName, seconds: UInt32)
    case quit
}

/// The words that begin a command, in the order in which they are tried: a word comes before
/// those that it begins with. What begins with none of them is unknown; what goes on otherwise
/// than the word's command does is malformed.
package enum Verb: Int, CaseIterable, Sendable {
    case put, peek, peekReady, peekDelayed, peekBuried
    case reserveWithTimeout, reserveJob, reserve
    case delete, release, bury, kick, kickJob, touch
    case statsJob, statsTube, stats
    case use, watch, ignore
    case listTubesWatched, listTubeUsed, listTubes
    case quit, pauseTube

    /// A blank at the end is a part of the word.
    var word: String {
        switch self {
        case .put: "put "
        case .peek: "peek "
        case .peekReady: "peek-ready"
        case .peekDelayed: "peek-delayed"
        case .peekBuried: "peek-buried"
        case .reserveWithTimeout: "reserve-with-timeout "
        case .reserveJob: "reserve-job "
        case .reserve: "reserve"
        case .delete: "delete "
        case .release: "release "
        case .bury: "bury "
        case .kick: "kick "
        case .kickJob: "kick-job "
        case .touch: "touch "
        case .statsJob: "stats-job "
        case .statsTube: "stats-tube "
        case .stats: "stats"
        case .use: "use "
        case .watch: "watch "
        case .ignore: "ignore "
        case .listTubesWatched: "list-tubes-watched"
        case .listTubeUsed: "list-tube-used"
        case .listTubes: "list-tubes"
        case .quit: "quit"
        case .pauseTube: "pause-tube"
        }
    }

    /// As bytes, by the raw value.
    static let words: [[UInt8]] = allCases.map { Array($0.word.utf8) }
}

/// Why what a client sent is no command.
package enum Complaint: Hashable, Sendable {
    case badFormat
    case unknownCommand
    /// The body is not followed by the end of a line.
    case expectedLineEnd
    case jobTooBig

    var text: String {
        switch self {
        case .badFormat: "BAD_FORMAT\r\n"
        case .unknownCommand: "UNKNOWN_COMMAND\r\n"
        case .expectedLineEnd: "EXPECTED_CRLF\r\n"
        case .jobTooBig: "JOB_TOO_BIG\r\n"
        }
    }
}

/// What the parser found.
package enum ClientInput: Hashable, Sendable {
    /// With the word it began with, by which commands are counted.
    case command(ClientCommand, Verb)
    /// With its word if it counts as a command in spite of it.
    case malformed(Complaint, Verb?)
    /// The line of a `put` whose body is still to come. It counts as a command already; what
    /// comes of it is a `put` or a malformed one, which do not count again.
    case putBegun(isTooBig: Bool)
}
