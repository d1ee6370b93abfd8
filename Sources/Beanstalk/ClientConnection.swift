import DequeModule
package import Raft
import Replica
package import Work

/// A client's connection: a deterministic machine. Commands run one after another, and replies
/// come in their order; only puts that follow each other are decided side by side.
package struct ClientConnection: Sendable {
    /// The command that is under way, if it needs more than this node.
    enum Stage {
        case idle
        case deciding(Deciding)
        case looking(Looking)
        case polling(Polling)
        case waiting(Waiting)
        case closed
    }

    let session: SessionID
    let limits: ConnectionLimits
    var parser: CommandParser
    var stage = Stage.idle
    /// Parsed, and to be begun when all replies before it are sent.
    var next: ClientCommand?
    /// What will be said once the puts before it are decided.
    var answers: Deque<Answer> = []
    var putBytes = 0
    /// When the first of the answers, a put that is in no log, is tried again.
    var putRetry: Instant?

    var used = Ledger.defaultTube
    var watched = [Ledger.defaultTube]
    var held = HeldJobs()
    var lastTag: UInt64 = 0
    var lastWait: UInt64 = 0
    var isProducer = false
    var isWorker = false
    var isInputClosed = false
    /// Since the client last took what was written.
    var outputBytes = 0

    package init(session: SessionID, limits: ConnectionLimits, _ ledger: inout Ledger) {
        self.session = session
        self.limits = limits
        parser = CommandParser(bodyBytes: limits.jobBytes)
        ledger.connectionOpened()
    }

    /// Whether more bytes from the client would be looked at now.
    package var wantsInput: Bool { canBegin && !isBlocked && !isInputClosed }
    /// It goes on after `outputTaken`.
    package var isBlocked: Bool { outputBytes >= limits.outputBytes }

    package mutating func handle(
        _ event: ConnectionEvent, _ ledger: inout Ledger, _ turn: inout ConnectionTurn
    ) {
        if case .closed = stage { return }
        switch event {
        case .received(let bytes): parser.append(bytes)
        case .inputClosed: inputClosed(&ledger, &turn)
        case .outputTaken: outputBytes = 0
        case .stopping: stop(&turn)
        case .decided(let tag, let outcome): decided(tag, outcome, &ledger, &turn)
        case .waited(let wait, let outcome): waited(wait, outcome, &ledger, &turn)
        case .looked(let tag, let answer, let facts): looked(tag, answer, facts, &ledger, &turn)
        case .timePassed: timePassed(&ledger, &turn)
        }
        goOn(&ledger, &turn)
        outputBytes += turn.output.count
    }

    /// The connection is gone, whatever it was doing. To be called once, at its end.
    package mutating func closed(_ ledger: inout Ledger) {
        if case .waiting = stage { ledger.endWait(watched) }
        stage = .closed
        ledger.ignore(watched[0])
        // In this order lists of tubes come out as clients have seen them.
        for tube in watched.dropFirst().reversed() { ledger.ignore(tube) }
        ledger.leave(used)
        if isProducer { ledger.producers -= 1 }
        if isWorker { ledger.workers -= 1 }
        ledger.connectionClosed()
    }

    /// When it wants to hear that time has passed, whatever else happens.
    package mutating func deadline(at now: Instant) -> Instant? {
        let stageDeadline: Instant? =
            switch stage {
            case .idle, .closed: nil
            case .deciding(let deciding): deciding.retry
            case .looking(let looking): looking.retry
            case .polling(let polling): polling.next
            case .waiting(let waiting): deadline(of: waiting, at: now)
            }
        return [stageDeadline, putRetry].compactMap { $0 }.min()
    }

    // MARK: The order of things

    private var canBegin: Bool {
        guard case .idle = stage else { return false }
        return next == nil && answers.count < limits.putsInFlight
            && putBytes < limits.putBytesInFlight && putRetry == nil
    }

    private mutating func goOn(_ ledger: inout Ledger, _ turn: inout ConnectionTurn) {
        while !turn.isClosing {
            flushAnswers(&ledger, &turn)
            if isFull(turn) { break }
            if let command = next, answers.isEmpty, case .idle = stage {
                next = nil
                begin(command, &ledger, &turn)
            } else if canBegin, let input = parser.next() {
                take(input, &ledger, &turn)
            } else {
                break
            }
        }
        // What is left of the input is no whole command, and never will be.
        if isInputClosed, canBegin, answers.isEmpty, !isFull(turn) { turn.isClosing = true }
        if turn.isClosing { end(&ledger) }
    }

    private func isFull(_ turn: ConnectionTurn) -> Bool {
        outputBytes + turn.output.count >= limits.outputBytes
    }

    private mutating func take(
        _ input: ClientInput, _ ledger: inout Ledger, _ turn: inout ConnectionTurn
    ) {
        switch input {
        case .malformed(let complaint, let verb):
            if let verb { ledger.count(verb) }
            say(complaint.text, &turn)
        case .putBegun(let isTooBig):
            ledger.count(.put)
            if !isTooBig { becomeProducer(&ledger) }
        case .command(let command, let verb):
            if verb != .put { ledger.count(verb) }
            if !runAtOnce(command, &ledger, &turn) { next = command }
        }
    }

    /// Behind the replies that are still to come.
    mutating func say(_ text: String, _ turn: inout ConnectionTurn) {
        if answers.isEmpty {
            turn.output.append(text)
        } else {
            answers.append(.text(text))
        }
    }

    mutating func takeTag() -> UInt64 {
        lastTag += 1
        return lastTag
    }

    /// The client is not told what is not known; when it connects anew, it can look.
    mutating func end(_ ledger: inout Ledger) {
        if case .waiting = stage { ledger.endWait(watched) }
        stage = .closed
    }

    private mutating func inputClosed(_ ledger: inout Ledger, _ turn: inout ConnectionTurn) {
        isInputClosed = true
        if case .waiting(let waiting) = stage {
            giveUp(waiting, "TIMED_OUT\r\n", &ledger, &turn)
        }
    }

    private mutating func stop(_ turn: inout ConnectionTurn) {
        isInputClosed = true
        switch stage {
        case .waiting, .polling: turn.isClosing = true
        case .idle, .deciding, .looking, .closed: break
        }
    }

    private mutating func timePassed(_ ledger: inout Ledger, _ turn: inout ConnectionTurn) {
        if let retry = putRetry, retry <= turn.now { retryPut(&turn) }
        switch stage {
        case .idle, .closed: break
        case .deciding(let deciding): retry(deciding, &turn)
        case .looking(let looking): retry(looking, &turn)
        case .polling(let polling): timePassed(polling, &turn)
        case .waiting(let waiting): timePassed(waiting, &ledger, &turn)
        }
    }
}
