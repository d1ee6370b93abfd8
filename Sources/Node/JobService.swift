package import Replica
package import Work

/// What a door to the job queue needs of a node. Answers come on the node's own thread, once each,
/// to closures that must not block.
package protocol JobService: Sendable {
    /// The member that answers.
    var id: UInt64 { get }

    /// A session of a number that none ever had. An attached one is a connection's: what it holds
    /// goes back when it is closed, and `lost` is called, once at most, when the node was cut off
    /// for so long that others may get what it holds: the connection must be closed. Every
    /// session must be closed, also one that is lost.
    func openSession(isAttached: Bool, lost: @escaping @Sendable () -> Void) -> SessionID

    /// The session is over. A wait of it ends unanswered.
    func closeSession(_ id: SessionID)

    /// Decides a command, within about two seconds. Never a reservation: those are waited for.
    /// With a credential, apply looks at that token again.
    func perform(
        _ command: JobCommand, credential: TokenID?, key: IdempotencyKey?,
        then answer: @escaping @Sendable (ProposalOutcome) -> Void)

    /// Waits until one of the queues has a job for the session, through changes of leaders. A
    /// session waits for one thing at a time: an earlier wait is over, unanswered.
    func wait(_ wish: Reservation, then answer: @escaping @Sendable (WaitOutcome) -> Void)

    /// Gives the wait up that bears this number in its reservation. No answer comes, unless it is
    /// on its way; a job that is granted nonetheless goes back as if nothing had been.
    func endWait(of session: SessionID, wait: UInt64)

    /// nil: no leader could be asked in time.
    func look(
        _ query: JobQuery, _ consistency: Consistency,
        then answer: @escaping @Sendable (JobAnswer?) -> Void)
}

extension JobService {
    package func perform(
        _ command: JobCommand, key: IdempotencyKey?,
        then answer: @escaping @Sendable (ProposalOutcome) -> Void
    ) {
        perform(command, credential: nil, key: key, then: answer)
    }
}

extension RunningNode: JobService {
    package func openSession(
        isAttached: Bool, lost: @escaping @Sendable () -> Void
    ) -> SessionID {
        let id = sessionNumbers.take()
        nodeLoop.post(.jobs(.open(id, isAttached: isAttached, lost: lost)))
        return id
    }

    package func closeSession(_ id: SessionID) { nodeLoop.post(.jobs(.close(id))) }

    package func perform(
        _ command: JobCommand, credential: TokenID?, key: IdempotencyKey?,
        then answer: @escaping @Sendable (ProposalOutcome) -> Void
    ) {
        nodeLoop.post(
            .propose(.jobs(command), actor: nil, credential: credential, key: key, answer))
    }

    package func wait(
        _ wish: Reservation, then answer: @escaping @Sendable (WaitOutcome) -> Void
    ) {
        nodeLoop.post(.jobs(.wait(wish, answer)))
    }

    package func endWait(of session: SessionID, wait: UInt64) {
        nodeLoop.post(.jobs(.endWait(session, wait: wait)))
    }

    package func look(
        _ query: JobQuery, _ consistency: Consistency,
        then answer: @escaping @Sendable (JobAnswer?) -> Void
    ) {
        nodeLoop.post(.read(.jobs(query), consistency) { answer($0?.jobs) })
    }
}
