import Raft
import Replica
import Work

extension ClientConnection {
    /// Waits until there is a job.
    struct Waiting: Sendable {
        let wait: UInt64
        let timeout: Instant?
    }

    /// Takes a job if there is one now. The cluster is asked first, because an idle worker that
    /// polls must not cost an entry each time; and again while others are faster.
    struct Polling: Sendable {
        /// What is said if there is no job.
        let nothing: String
        let end: Instant
        var tag: UInt64?
        /// A wait that was begun.
        var wait: UInt64?
        /// When the cluster is asked again.
        var next: Instant?
    }

    mutating func reserve(
        _ timeout: UInt32?, _ ledger: inout Ledger, _ turn: inout ConnectionTurn
    ) {
        becomeWorker(&ledger)
        if isDeadlineSoon(turn.now) {
            poll("DEADLINE_SOON\r\n", &turn)
        } else if timeout == 0 || isInputClosed {
            poll("TIMED_OUT\r\n", &turn)
        } else {
            let timeout = timeout.map { turn.now + .milliseconds(UInt64($0) * 1000) }
            stage = .waiting(Waiting(wait: beginWait(&turn), timeout: timeout))
            ledger.beginWait(watched)
        }
    }

    private mutating func becomeWorker(_ ledger: inout Ledger) {
        if isWorker { return }
        isWorker = true
        ledger.workers += 1
    }

    private mutating func beginWait(_ turn: inout ConnectionTurn) -> UInt64 {
        lastWait += 1
        turn.requests.append(
            .wait(
                Reservation(
                    session: session, isAttached: true, wait: lastWait, queues: watched, max: 1)))
        return lastWait
    }

    // MARK: Waiting

    private mutating func isDeadlineSoon(_ now: Instant) -> Bool {
        held.soonest(at: now).map { $0 <= now + limits.deadlineMargin } ?? false
    }

    mutating func deadline(of waiting: Waiting, at now: Instant) -> Instant? {
        let margin = limits.deadlineMargin.nanoseconds
        let soon = held.soonest(at: now).map {
            Instant(nanoseconds: $0.nanoseconds - min($0.nanoseconds, margin))
        }
        return [soon, waiting.timeout].compactMap { $0 }.min()
    }

    mutating func timePassed(
        _ waiting: Waiting, _ ledger: inout Ledger, _ turn: inout ConnectionTurn
    ) {
        if isDeadlineSoon(turn.now) {
            giveUp(waiting, "DEADLINE_SOON\r\n", &ledger, &turn)
        } else if let timeout = waiting.timeout, timeout <= turn.now {
            giveUp(waiting, "TIMED_OUT\r\n", &ledger, &turn)
        }
    }

    mutating func giveUp(
        _ waiting: Waiting, _ text: String, _ ledger: inout Ledger,
        _ turn: inout ConnectionTurn
    ) {
        turn.requests.append(.endWait(waiting.wait))
        ledger.endWait(watched)
        stage = .idle
        turn.output.append(text)
    }

    mutating func waited(
        _ wait: UInt64, _ outcome: WaitOutcome, _ ledger: inout Ledger,
        _ turn: inout ConnectionTurn
    ) {
        switch stage {
        case .waiting(let waiting) where waiting.wait == wait: ledger.endWait(watched)
        case .polling(let polling) where polling.wait == wait: break
        case .idle, .deciding, .looking, .polling, .waiting, .closed:
            return undo(outcome, &turn)
        }
        stage = .idle
        switch outcome {
        case .granted(let jobs): reserved(jobs, &ledger, &turn)
        case .refused(let refusal): refused(refusal, &turn)
        case .stopping: turn.isClosing = true
        }
    }

    /// The client was told that there is nothing for it.
    private func undo(_ outcome: WaitOutcome, _ turn: inout ConnectionTurn) {
        guard case .granted(let jobs) = outcome else { return }
        turn.requests.append(.perform(tag: Self.tagOfUndo, .undo(jobs.map(\.lease))))
    }

    mutating func reserved(
        _ jobs: [JobRecord], _ ledger: inout Ledger, _ turn: inout ConnectionTurn
    ) {
        becomeWorker(&ledger)
        guard let job = jobs.first, jobs.count == 1 else {
            preconditionFailure("One job was asked for.")
        }
        held.hold(job.id, until: turn.now + .milliseconds(job.timeToRun))
        turn.output.appendJob("RESERVED ", job.id.rawValue, job.body)
    }

    // MARK: Polling

    private mutating func poll(_ nothing: String, _ turn: inout ConnectionTurn) {
        ask(Polling(nothing: nothing, end: turn.now + limits.pollPatience), &turn)
    }

    private mutating func ask(_ polling: Polling, _ turn: inout ConnectionTurn) {
        var polling = polling
        let tag = takeTag()
        polling.tag = tag
        polling.next = nil
        stage = .polling(polling)
        turn.requests.append(.look(tag: tag, .isReservable(watched)))
    }

    mutating func polled(
        _ polling: Polling, _ answer: JobAnswer?, _ turn: inout ConnectionTurn
    ) {
        guard let answer, answer.isReservable, turn.now < polling.end else {
            if let wait = polling.wait { turn.requests.append(.endWait(wait)) }
            stage = .idle
            turn.output.append(polling.nothing)
            return
        }
        var polling = polling
        polling.tag = nil
        polling.next = turn.now + limits.pollDelay
        if polling.wait == nil { polling.wait = beginWait(&turn) }
        stage = .polling(polling)
    }

    mutating func timePassed(_ polling: Polling, _ turn: inout ConnectionTurn) {
        if let next = polling.next, next <= turn.now { ask(polling, &turn) }
    }
}
