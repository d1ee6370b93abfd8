package import Raft
import Work

/// How a change of membership ended.
package enum MembershipOutcome: Sendable, Hashable {
    /// Committed, complete and applied here; the cluster is this from then on.
    case applied(Configuration)
    /// Nothing changes.
    case rejected(MembershipRejection)
    /// It was appended; nobody here knows whether it comes about.
    case unknown
}

package enum MembershipRejection: Sendable, Hashable {
    case refused(MembershipRefusal)
    /// The node is stopping.
    case stopping
    /// This name belongs, or belonged, to another data directory: promises were made under it.
    case usedBefore(NodeID)
    /// Nobody knows yet which data directory this member runs on.
    case unregistered(NodeID)
    /// Another leader put something else in its place.
    case replaced
}

/// Changes that this node appended as a leader, and that are not decided yet.
struct ChangeTable {
    private struct Pending {
        let token: UInt64
        let position: LogPosition
        let deadline: Instant
        /// It is committed; the cluster is on its way out of the joint configuration.
        var isCommitted = false
    }

    private var pending: [Pending] = []

    var isEmpty: Bool { pending.isEmpty }
    var nextDeadline: Instant? { pending.lazy.map(\.deadline).min() }

    mutating func add(_ token: UInt64, _ position: LogPosition, deadline: Instant) {
        pending.append(Pending(token: token, position: position, deadline: deadline))
    }

    /// Those that ended with this entry.
    mutating func applied(
        _ entry: Entry
    ) -> [(token: UInt64, outcome: MembershipOutcome)] {
        var ended: [(UInt64, MembershipOutcome)] = []
        for place in pending.indices.reversed() {
            let change = pending[place]
            if entry.index == change.position.index, entry.term != change.position.term {
                ended.append((change.token, .rejected(.replaced)))
                pending.remove(at: place)
                continue
            }
            guard change.isCommitted || entry.index == change.position.index,
                let configuration = entry.configuration
            else { continue }
            pending[place].isCommitted = true
            if configuration.isJoint { continue }
            ended.append((change.token, .applied(configuration)))
            pending.remove(at: place)
        }
        return ended
    }

    mutating func expired(at now: Instant) -> [UInt64] {
        let tokens = pending.filter { $0.deadline <= now }.map(\.token)
        pending.removeAll { $0.deadline <= now }
        return tokens
    }
}

extension Replica {
    mutating func changeMembership(
        _ token: UInt64, _ change: MembershipChange, _ moment: Moment,
        _ effects: inout ReplicaEffects
    ) {
        if let rejection = rejection(of: change) {
            effects.memberships.append((token, .rejected(rejection)))
            return
        }
        consensus.step(
            .changeMembership(change, context: token), at: moment.monotonic, into: &inner)
    }

    /// What consensus cannot know: who somebody is. Whoever becomes a voter was registered before,
    /// so no data directory ever votes under a name that another one voted under.
    private func rejection(of change: MembershipChange) -> MembershipRejection? {
        if isStopping { return .stopping }
        for part in change.parts {
            switch part {
            case .addLearner(let node):
                if state.nodes[node.rawValue] != nil { return .usedBefore(node) }
            case .promote(let node):
                if state.nodes[node.rawValue] == nil { return .unregistered(node) }
            case .demote, .remove: break
            }
        }
        return nil
    }

    /// What consensus said to the changes of this turn.
    mutating func noteChanges(_ moment: Moment, _ effects: inout ReplicaEffects) {
        for answer in inner.changes {
            switch answer.result {
            case .refused(let refusal):
                effects.memberships.append((answer.context, .rejected(.refused(refusal))))
            case .appended(let position):
                memberships.add(
                    answer.context, position, deadline: moment.monotonic + settings.patience)
            }
        }
    }
}
