import DequeModule
import Raft
import Replica
import Work

extension ClientConnection {
    /// A reply that is to come, in its place.
    enum Answer: Sendable {
        case text(String)
        case put(Put)
    }

    struct Put: Sendable {
        enum State: Sendable {
            case undecided
            /// In no log.
            case rejected
            case decided(Reply)
        }

        let queue: QueueName
        let job: NewJob
        /// Until when it is tried.
        let end: Instant
        var tag: UInt64
        var state = State.undecided
    }

    mutating func becomeProducer(_ ledger: inout Ledger) {
        if isProducer { return }
        isProducer = true
        ledger.producers += 1
    }

    mutating func put(_ job: NewJob, _ ledger: inout Ledger, _ turn: inout ConnectionTurn) {
        if ledger.isDraining {
            say("DRAINING\r\n", &turn)
            return
        }
        ledger.jobOffered(to: used)
        let tag = takeTag()
        answers.append(
            .put(Put(queue: used, job: job, end: turn.now + limits.patience, tag: tag)))
        putBytes += job.body.count
        turn.requests.append(.perform(tag: tag, .put(used, [job])))
    }

    /// False if it is no put's tag.
    mutating func putDecided(
        _ tag: UInt64, _ outcome: ProposalOutcome, _ turn: inout ConnectionTurn
    ) -> Bool {
        for place in answers.indices {
            guard case .put(var put) = answers[place], put.tag == tag else { continue }
            switch outcome {
            case .applied(let reply, _, _): put.state = .decided(reply)
            case .rejected: put.state = .rejected
            case .unknown:
                turn.isClosing = true
                return true
            }
            answers[place] = .put(put)
            return true
        }
        return false
    }

    /// Sends the replies that are known, up to the first that is not.
    mutating func flushAnswers(_ ledger: inout Ledger, _ turn: inout ConnectionTurn) {
        while let first = answers.first {
            switch first {
            case .text(let text): turn.output.append(text)
            case .put(let put):
                guard flush(put, &ledger, &turn) else { return }
                putBytes -= put.job.body.count
            }
            answers.removeFirst()
        }
    }

    private mutating func flush(
        _ put: Put, _ ledger: inout Ledger, _ turn: inout ConnectionTurn
    ) -> Bool {
        switch put.state {
        case .undecided: return false
        case .decided(let reply):
            sayPut(reply, &ledger, &turn)
            return true
        case .rejected:
            if put.end <= turn.now {
                // It is in no log: another server may take it.
                turn.output.append("DRAINING\r\n")
                return true
            }
            if putRetry == nil { putRetry = turn.now + limits.retryDelay }
            return false
        }
    }

    /// One after another, so that they keep their order from here on.
    mutating func retryPut(_ turn: inout ConnectionTurn) {
        putRetry = nil
        guard case .put(var put)? = answers.first, case .rejected = put.state,
            turn.now < put.end
        else { return }
        put.tag = takeTag()
        put.state = .undecided
        answers[answers.startIndex] = .put(put)
        turn.requests.append(.perform(tag: put.tag, .put(put.queue, [put.job])))
    }

    private func sayPut(
        _ reply: Reply, _ ledger: inout Ledger, _ turn: inout ConnectionTurn
    ) {
        switch reply {
        case .jobs(.put(let results)):
            guard case .inserted(let id)? = results.first else {
                preconditionFailure("It has no unique key.")
            }
            ledger.jobPut(id)
            turn.output.appendLine("INSERTED ", id.rawValue)
        case .refused(.jobs(.bodyTooLong)): turn.output.append("JOB_TOO_BIG\r\n")
        case .refused(.jobs): turn.output.append("OUT_OF_MEMORY\r\n")
        default: turn.output.append("INTERNAL_ERROR\r\n")
        }
    }
}
