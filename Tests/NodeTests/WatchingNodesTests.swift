import Foundation
import Node
import Raft
import Replica
import Testing
import Work

/// What a person sees and breaks, between real nodes.
@Suite(.serialized)
struct WatchingNodesTests {
    @Test func `Whoever looks at one node sees all, as long as somebody looks`() async throws {
        let cluster = try TestNodes(count: 3)
        try await cluster.run([1, 2, 3]) { nodes in
            try await eventually("a leader") { nodes[0].position.leader != nil }
            #expect(!nodes[0].views.isWatched)
            let seen = SeenViews(try #require(nodes[0].views.subscribe()))
            try await eventually("views of all") {
                seen.look()
                let roles = seen.latest.values.map(\.role)
                return roles.count == 3 && roles.count { $0 == .leader } == 1
            }
            let leader = try #require(seen.latest.first { $0.value.role == .leader })
            #expect(leader.value.followers.count == 2)
            try await eventually("messages") {
                seen.look()
                return seen.kinds.isSuperset(of: [.heartbeat, .accepted])
            }
        }
    }

    @Test func `A link that is cut loses what is sent, until it is healed`() async throws {
        let cluster = try TestNodes(count: 3)
        try await cluster.run([1, 2, 3]) { nodes in
            try await eventually("a leader") { nodes[0].position.leader != nil }
            let seen = SeenViews(try #require(nodes[0].views.subscribe()))
            let leader = try #require(nodes[0].position.leader)
            let term = nodes[0].position.term
            let others = nodes.filter { $0.id != leader }
            // Cut off from both, the leader steps down, and one of the others leads.
            for other in others {
                nodes[Int(leader) - 1].set(
                    LinkFault(to: NodeID(other.id), isCut: true, delay: 0), to: other.id)
            }
            try await eventually("another leader") {
                let position = others[0].position
                return position.term > term && position.leader != nil && position.leader != leader
            }
            // People still see both sides.
            try await eventually("the fault in the old leader's view, and lost messages") {
                seen.look()
                return seen.latest[leader]?.faults.count == 2 && seen.hasLost(from: leader)
            }
            for other in others { nodes[Int(leader) - 1].set(nil, to: other.id) }
            try await eventually("all follow the same") {
                Set(nodes.map { $0.position.leader }).count == 1 && nodes[0].position.leader != nil
            }
            let outcome = await nodes[Int(leader) - 1].propose(
                .createTask(TaskFields(title: "healed")), actor: nil, credential: nil, key: nil)
            guard case .applied = outcome else {
                Issue.record("a healed node takes changes: \(outcome)")
                return
            }
        }
    }

    @Test func `A slow link carries everything, later and in order`() async throws {
        let cluster = try TestNodes(count: 3)
        try await cluster.run([1, 2, 3]) { nodes in
            try await eventually("a leader") { nodes[0].position.leader != nil }
            for node in nodes {
                for peer in nodes where peer.id != node.id {
                    node.set(LinkFault(to: NodeID(peer.id), isCut: false, delay: 30), to: peer.id)
                }
            }
            for number in 1...20 {
                try await eventually("task \(number)") {
                    let outcome = await nodes[number % 3].propose(
                        .createTask(TaskFields(title: "task \(number)")), actor: nil,
                        credential: nil, key: "k\(number)")
                    if case .applied = outcome { return true } else { return false }
                }
            }
            try await eventually("equal states") {
                let status = nodes[0].status().nodes
                return Set(status.map(\.stateHash)).count == 1
                    && Set(status.map(\.applied)).count == 1
            }
        }
    }

    @Test func `Leadership moves, whichever node is asked`() async throws {
        let cluster = try TestNodes(count: 3)
        try await cluster.run([1, 2, 3]) { nodes in
            for node in nodes {
                try await eventually("moved to \(node.id)") {
                    let asked = nodes[Int(node.id) % 3]
                    guard case .moved(let leader, _) = await asked.transfer(to: node.id) else {
                        return false
                    }
                    return leader == node.id
                }
            }
            try await eventually("moved to anybody else") {
                let before = nodes[0].position.leader
                guard case .moved(let leader, _) = await nodes[1].transfer(to: nil) else {
                    return false
                }
                return leader != before
            }
            #expect(await nodes[0].transfer(to: 7) == .noSuchNode)
        }
    }
}

/// What came of a subscription so far.
private final class SeenViews: @unchecked Sendable {
    // Unchecked: used by the task of one test alone.
    private let subscription: ViewSubscription
    private(set) var latest: [UInt64: NodeView] = [:]
    private(set) var kinds: Set<NodeView.FlightKind> = []
    private var losers: Set<UInt64> = []

    init(_ subscription: ViewSubscription) { self.subscription = subscription }

    func look() {
        for seen in subscription.take() {
            latest[seen.node] = seen.view
            kinds.formUnion(seen.view.flights.map(\.kind))
            if seen.view.flights.contains(where: { $0.fate == .lost }) { losers.insert(seen.node) }
        }
    }

    func hasLost(from node: UInt64) -> Bool { losers.contains(node) }
}
