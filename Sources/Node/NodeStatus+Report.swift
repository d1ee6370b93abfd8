package import Raft
import Replica

extension NodeStatus {
    /// A node as it describes itself.
    init(id: UInt64, report: NodeReport, incarnation: UInt64) {
        self.init(
            id: id, name: report.name, http: report.http, role: Role(code: report.role),
            term: report.term, commit: report.commit, applied: report.applied,
            lastIndex: report.lastIndex,
            base: StoreStatus(kind: .sqlite, state: .ok, index: report.baseIndex, error: nil),
            store: StoreStatus(
                kind: StoreStatus.Kind(code: report.storeKind),
                state: StoreStatus.State(code: report.storeState), index: report.storeIndex,
                error: report.storeError),
            stateHash: report.stateHash, incarnation: incarnation, lastContact: nil,
            repairing: report.repairing)
    }

    /// A peer, from what it said last and when it was last heard of.
    init(id: UInt64, contact: ContactBoard.Contact?, now: Instant, incarnation: UInt64) {
        let silent = NodeReport(
            role: Role.unreachable.code, term: 0, commit: 0, applied: 0, lastIndex: 0,
            stateHash: 0, baseIndex: 0, storeKind: 0, storeState: StoreStatus.State.down.code,
            storeIndex: 0, storeError: nil, repairing: nil, name: "n\(id)", http: "")
        self.init(id: id, report: contact?.report ?? silent, incarnation: incarnation)
        guard let contact else { return }
        let age = now.since(contact.heard)
        lastContact = age.nanoseconds / 1_000_000
        if contact.isCut || age >= .milliseconds(1_000) { role = .unreachable }
    }
}

extension NodeStatus {
    /// Reports are a moment old; who leads is known better. Nobody is shown beside the leader.
    func agreeing(with leader: UInt64?) -> NodeStatus {
        guard role != .unreachable else { return self }
        var status = self
        if id == leader {
            status.role = .leader
        } else if role == .leader {
            status.role = .follower
        }
        return status
    }
}

extension NodeStatus.Role {
    private static let codes: [NodeStatus.Role] = [
        .unreachable, .follower, .preCandidate, .candidate, .leader,
    ]

    var code: UInt8 { UInt8(Self.codes.firstIndex(of: self) ?? 0) }

    init(code: UInt8) {
        self = Int(code) < Self.codes.count ? Self.codes[Int(code)] : .unreachable
    }
}

extension NodeStatus.Role {
    package init(_ role: Raft.Role) {
        self =
            switch role {
            case .follower: .follower
            case .preCandidate: .preCandidate
            case .candidate: .candidate
            case .leader: .leader
            }
    }
}

extension Raft.Role {
    var code: UInt8 { NodeStatus.Role(self).code }
}

extension StoreStatus.Kind {
    var code: UInt8 { self == .sqlite ? 0 : 1 }
    package init(code: UInt8) { self = code == 0 ? .sqlite : .mysql }
}

extension StoreStatus.State {
    private static let codes: [StoreStatus.State] = [.ok, .down, .catchingUp, .rebuilding]

    var code: UInt8 { UInt8(Self.codes.firstIndex(of: self) ?? 0) }

    package init(code: UInt8) { self = Int(code) < Self.codes.count ? Self.codes[Int(code)] : .down }
}
