import NIOCore
import Raft
import Replica
import Work

extension RunningNode {
    /// nil if the node is stopping.
    package func measures() async -> NodeMeasures? {
        try? await nodeLoop.loop.submit { self.measure() }.get()
    }

    /// On the loop.
    private func measure() -> NodeMeasures {
        var measures = NodeMeasures(status: status())
        measures.leaderChanges = nodeLoop.leaderChanges
        measures.staleness = staleness
        measures.log = parts.log.meter.current
        measures.base = parts.base.meter.current
        nodeLoop.inspect { replica in
            measures.voters = replica.configuration.voters.count
            measures.tasks = replica.state.tasks.count
            measures.jobs = replica.state.jobs.census(fullest: NodeMeasures.queuesMax)
            measures.pendingProposals = replica.pendingCount
            measures.waitingWorkers = replica.waitingWorkers
        }
        return measures
    }
}

extension Trace {
    /// Whether somebody begins to lead, as far as this node sees.
    var namesLeader: Bool {
        switch self {
        case .becameLeader, .followed(.some, _): true
        case .campaigned, .followed(nil, _), .steppedDown, .transferAborted, .reconfigured,
            .diskStalled, .diskRecovered, .healed:
            false
        }
    }
}
