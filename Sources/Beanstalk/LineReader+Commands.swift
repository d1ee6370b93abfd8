import Work

/// The arguments of each command but `put`. How strictly they are read, and whether something may
/// follow them, is as clients have known it for years; it differs from command to command.
extension LineReader {
    mutating func parse(_ verb: Verb) -> ClientInput {
        if verb == .pauseTube { return parsePause() }
        guard let command = command(verb) else { return .malformed(.badFormat, nil) }
        return .command(command, verb)
    }

    private mutating func command(_ verb: Verb) -> ClientCommand? {
        switch verb {
        case .put, .pauseTube: preconditionFailure("Another function parses it.")
        case .peekReady, .peekDelayed, .peekBuried, .reserve, .stats, .listTubes, .listTubeUsed,
            .listTubesWatched:
            isAtEnd ? bare(verb) : nil
        case .quit: .quit
        case .reserveWithTimeout: readTimeout().map { .reserve(timeout: $0) }
        case .kick: readLenientCount().map { .kick($0) }
        case .use: readLastName().map { .use($0) }
        case .watch: readLastName().map { .watch($0) }
        case .ignore: readLastName().map { .ignore($0) }
        case .statsTube: readLastName().map { .statsTube($0) }
        case .release: parseRelease()
        case .bury: parseBury()
        case .peek, .reserveJob, .delete, .kickJob, .touch, .statsJob:
            readLastJob().map { Self.command(verb, of: $0) }
        }
    }

    /// A command that is a word and nothing else.
    private func bare(_ verb: Verb) -> ClientCommand {
        switch verb {
        case .peekReady: .peekFirst(.ready)
        case .peekDelayed: .peekFirst(.delayed)
        case .peekBuried: .peekFirst(.buried)
        case .reserve: .reserve(timeout: nil)
        case .stats: .stats
        case .listTubes: .listTubes
        case .listTubeUsed: .listTubeUsed
        case .listTubesWatched: .listTubesWatched
        default: preconditionFailure("It has arguments.")
        }
    }

    private static func command(_ verb: Verb, of job: JobID) -> ClientCommand {
        switch verb {
        case .peek: .peek(job)
        case .reserveJob: .reserveJob(job)
        case .delete: .delete(job)
        case .kickJob: .kickJob(job)
        case .touch: .touch(job)
        case .statsJob: .statsJob(job)
        default: preconditionFailure("It is about no single job.")
        }
    }

    /// Whatever follows the number is ignored.
    private mutating func readTimeout() -> UInt32? {
        readNumber(upTo: UInt64(Int32.max)).map { UInt32($0) }
    }

    private mutating func parseRelease() -> ClientCommand? {
        guard let job = readJob(), let priority = readWord(), let delay = readWord(), isAtEnd
        else { return nil }
        return .release(job, priority: priority, delay: delay)
    }

    private mutating func parseBury() -> ClientCommand? {
        guard let job = readJob(), let priority = readWord(), isAtEnd else { return nil }
        return .bury(job, priority: priority)
    }

    /// No blank is needed before the name, and a name that is none still counts as a command.
    private mutating func parsePause() -> ClientInput {
        var name: QueueName?
        guard readNameBytes(&name), let seconds = readWord(), isAtEnd else {
            return .malformed(.badFormat, nil)
        }
        guard let name else { return .malformed(.badFormat, .pauseTube) }
        return .command(.pauseTube(name, seconds: seconds), .pauseTube)
    }
}
