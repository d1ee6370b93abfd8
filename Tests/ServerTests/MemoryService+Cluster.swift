import Node
import Replica
import Server
import Synchronization
import Work

extension MemoryService: ClusterService {
    /// Every node but 9 exists, and only 3 takes over.
    func transfer(to target: UInt64?) async -> TransferOutcome {
        guard let leader = position.leader else { return .noLeader }
        return switch target {
        case 9: .noSuchNode
        case nil, 3: .moved(to: 3, term: 2)
        case .some: .stayed(with: leader)
        }
    }

    /// Nothing is written anywhere: what the log would have counted is made up.
    func measures() async -> NodeMeasures? {
        if case .rejected(.stopping) = state.withLock({ $0.trouble }) { return nil }
        var measures = NodeMeasures(status: status())
        measures.voters = 1
        measures.staleness = staleness
        measures.log.durations.add(nanoseconds: 2_000_000)
        measures.log.entries = 7
        (measures.tasks, measures.jobs, measures.waitingWorkers) = state.withLock { state in
            let census = state.work.jobs.census(fullest: NodeMeasures.queuesMax)
            return (state.work.tasks.count, census, state.waiters.count)
        }
        return measures
    }
}

/// A supervisor in memory: it takes every order that is JSON.
final class MemoryLevers: LeverDoor {
    func levers() async -> LeverAnswer { .done(Array(#"{"nodes":[]}"#.utf8)) }

    func pull(_ order: [UInt8]) async -> LeverAnswer {
        switch String(decoding: order, as: UTF8.self) {
        case "{}": .refused("say which")
        case #"{"lever":"gone"}"#: .gone
        default: .done(order)
        }
    }
}
