import Node
import Raft
import Replica
import Testing
import Work

/// What real nodes measure, and how old they know what they have to be.
@Suite(.serialized)
struct MeasuresTests {
    @Test func `A leader that is cut off grows old, and the others do not`() async throws {
        let cluster = try TestNodes(count: 3)
        try await cluster.run([1, 2, 3]) { nodes in
            try await eventually("all are young") { nodes.allSatisfy(Self.isYoung) }
            let leader = try #require(nodes[0].position.leader)
            let cut = nodes[Int(leader) - 1]
            let others = nodes.filter { $0.id != leader }
            Self.set(isCut: true, cut, others)
            try await eventually("one is old") {
                cut.staleness ?? 0 > 2_000 && others.allSatisfy(Self.isYoung)
            }
            Self.set(isCut: false, cut, others)
            try await eventually("all are young again") { nodes.allSatisfy(Self.isYoung) }
        }
    }

    @Test func `A node tells what it wrote, holds and saw`() async throws {
        let cluster = try TestNodes(count: 1)
        try await cluster.run([1]) { nodes in
            try await eventually("a task") {
                let outcome = await nodes[0].propose(
                    .createTask(TaskFields(title: "x")), actor: nil, credential: nil, key: "k")
                if case .applied = outcome { return true } else { return false }
            }
            try await eventually("the base has it") {
                await nodes[0].measures()?.base.entries ?? 0 > 2
            }
            let measures = try #require(await nodes[0].measures())
            #expect(measures.status.leader == 1)
            #expect(measures.voters == 1)
            #expect(measures.tasks == 1)
            #expect(measures.leaderChanges == 1)
            #expect(measures.pendingProposals == 0)
            #expect(measures.waitingWorkers == 0)
            #expect(measures.log.entries > 2)
            #expect(measures.log.bytes > 0)
            #expect(measures.log.durations.counts.reduce(0, +) > 0)
            #expect(measures.log.durations.sum > 0)
            #expect(measures.base.durations.counts.reduce(0, +) > 0)
        }
    }

    @Test func `A bucket counts what took as long as its bound, or less`() {
        var histogram = Histogram(bounds: [10, 20])
        for nanoseconds in [0, 10, 11, 20, 21, 1_000] as [UInt64] {
            histogram.add(nanoseconds: nanoseconds)
        }
        #expect(histogram.counts == [2, 2, 2])
        #expect(histogram.sum == 1_062)
    }

    private static func isYoung(_ node: RunningNode) -> Bool { node.staleness ?? .max < 500 }

    private static func set(isCut: Bool, _ one: RunningNode, _ others: [RunningNode]) {
        for other in others {
            for (from, to) in [(one, other), (other, one)] {
                let fault = LinkFault(to: NodeID(to.id), isCut: true, delay: 0)
                from.set(isCut ? fault : nil, to: to.id)
            }
        }
    }
}
