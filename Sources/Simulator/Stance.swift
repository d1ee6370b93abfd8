import Raft
import Replica

/// What a pre-vote must leave alone (dissertation, section 9.6).
struct Stance: Equatable {
    let term: Term
    let role: Role
    let leader: NodeID?
    let commit: LogIndex

    init(_ replica: borrowing Replica) {
        term = replica.term
        role = replica.role
        leader = replica.leader
        commit = replica.commit
    }

    /// nil unless the event is a pre-vote.
    init?(_ replica: borrowing Replica, before event: ReplicaEvent) {
        guard case .received(.raft(let message), _) = event, case .preVote = message.body
        else { return nil }
        self.init(replica)
    }
}
