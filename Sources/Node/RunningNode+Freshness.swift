import Raft
import Replica
import Synchronization

extension RunningNode {
    /// Milliseconds since the last moment of which this node is known to have everything that was
    /// committed then; nil if there was none since it started.
    package var staleness: UInt64? {
        freshness.withLock { $0.moment }.map { Clocks.monotonic().since($0).milliseconds }
    }

    /// On the loop, several times a second.
    func noteFreshness() {
        let now = Clocks.monotonic()
        let (word, applied) = nodeLoop.inspect { replica in
            (self.word(of: replica, at: now), replica.appliedPosition)
        }
        freshness.withLock { freshness in
            if let word { freshness.heard(word.committed, at: word.moment) }
            freshness.applied(applied)
        }
    }

    /// What whoever leads said last of how far the log is committed.
    private func word(
        of replica: borrowing Replica, at now: Instant
    ) -> (moment: Instant, committed: LogPosition)? {
        guard let leader = replica.leader else { return nil }
        if leader == replica.id { return ownWord(of: replica, at: now) }
        guard let contact = parts.contacts[leader.rawValue], let moment = contact.reported,
            let report = contact.report, report.role == NodeStatus.Role.leader.code,
            report.term == replica.term.rawValue
        else { return nil }
        return (moment, LogPosition(term: replica.term, index: LogIndex(report.commit)))
    }

    /// A leader knows as of the moment when it last heard of a quorum that knows no later term: one
    /// that is cut off grows old before it notices, and one that was frozen has been old.
    private func ownWord(
        of replica: borrowing Replica, at now: Instant
    ) -> (moment: Instant, committed: LogPosition)? {
        let (id, term) = (replica.id, replica.term)
        let heard = replica.configuration.reached { voter in
            if voter == id { return now.nanoseconds }
            guard let contact = parts.contacts[voter.rawValue],
                contact.report.map({ $0.term <= term.rawValue }) ?? true
            else { return 0 }
            return contact.heard.nanoseconds
        }
        if heard == 0 { return nil }
        return (Instant(nanoseconds: heard), LogPosition(term: term, index: replica.commit))
    }
}
