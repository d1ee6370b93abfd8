/// What must hold after every step. Checked by tests and simulations; a violation traps and says
/// which rule broke.
extension Consensus {
    /// The part of the state that may only grow.
    public struct Mark: Sendable {
        var term: Term
        var commit: LogIndex
        var handedOut: LogIndex
        var durableTicket: Ticket
    }

    /// The state as it is now, for `checkProgress(since:)`.
    public var mark: Mark {
        Mark(term: term, commit: commit, handedOut: handedOut, durableTicket: durableTicket)
    }

    /// Traps if the state breaks a rule.
    public func checkInvariants() {
        precondition(log.start.index <= handedOut, "Compacted is at most applied.")
        precondition(handedOut <= commit, "Applied is at most committed.")
        precondition(commit <= log.last.index, "Committed is at most the last entry.")
        precondition(log.durable <= log.last.index, "Durable is at most the last entry.")
        precondition(log.last.term <= term, "No entry comes from a later term.")
        precondition((role == .leader) == (leader == id), "A leader knows that it leads.")
        precondition(role != .leader || vote == id, "A leader has its own vote.")
        precondition(durableTicket <= lastTicket, "Only what was asked for is durable.")
        precondition(configurations.index <= log.last.index, "The members are in the log.")
        for peer in peers {
            precondition(configuration.includes(peer.id), "Only members are led.")
            precondition(peer.progress.match < peer.progress.next, "Match is before next.")
            precondition(peer.progress.match <= log.last.index, "Nobody matches what is not there.")
        }
    }

    /// Traps if something fell that only rises.
    public func checkProgress(since earlier: Mark) {
        precondition(term >= earlier.term, "Terms never fall.")
        precondition(commit >= earlier.commit, "What is committed stays committed.")
        precondition(handedOut >= earlier.handedOut, "Nothing is applied twice.")
        precondition(durableTicket >= earlier.durableTicket, "What is durable stays durable.")
    }
}
