package import Raft

/// When a leader should not be one any more.
extension Replica {
    /// So much waits for the base that this node takes no proposals as a leader.
    package var isBaseBehind: Bool { backlog.isHalfFull }

    /// Who could lead instead of this node; nil unless it leads and somebody else is there.
    package var successor: NodeID? {
        consensus.transferCandidate { connected.contains($0) }
    }

    /// Somebody wants another leader; nil: whoever has most.
    mutating func transfer(to target: NodeID?, _ moment: Moment) {
        guard let target = target ?? successor else { return }
        consensus.step(.transfer(to: target), at: moment.monotonic, into: &inner)
    }

    mutating func handOver(_ moment: Moment) {
        isStopping = true
        leaveOffice(moment)
    }

    /// A leader whose base is far behind takes nothing more; somebody else may.
    mutating func leaveIfBehind(_ moment: Moment) {
        if isBaseBehind, !consensus.isTransferring { leaveOffice(moment) }
    }

    private mutating func leaveOffice(_ moment: Moment) {
        guard let successor else { return }
        consensus.step(.transfer(to: successor), at: moment.monotonic, into: &inner)
    }
}
