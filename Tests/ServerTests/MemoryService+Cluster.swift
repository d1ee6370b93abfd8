import Node
import Replica
import Server

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
