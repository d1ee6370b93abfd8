import Raft
import Testing
import Wire

/// The quorum as a value, against its definition.
@Suite struct QuorumTests {
    /// The definition: the highest value that more than half of the voters have reached.
    private func naive(_ voters: [NodeID], _ values: [NodeID: UInt64]) -> UInt64 {
        let candidates = voters.map { values[$0] ?? 0 }
        return candidates.filter { value in
            candidates.count { $0 >= value } * 2 > voters.count
        }.max() ?? 0
    }

    @Test func `bug C2: what a quorum has reached agrees with its definition`() {
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<20_000 {
            let first = (1...UInt64.random(in: 1...7, using: &generator)).map { NodeID($0) }
            let isJoint = Bool.random(using: &generator)
            let second =
                isJoint
                ? (3...UInt64.random(in: 3...9, using: &generator)).map { NodeID($0) } : []
            let configuration = Configuration(voters: first, outgoing: second)
            let values = Dictionary(
                uniqueKeysWithValues: configuration.members.map {
                    ($0, UInt64.random(in: 0...6, using: &generator))
                })
            let expected =
                isJoint
                ? min(naive(first, values), naive(second, values)) : naive(first, values)
            #expect(configuration.reached { values[$0] ?? 0 } == expected)
        }
    }

    @Test func `A vote is decided when no answer can change it any more`() {
        var generator = SeededGenerator(seed: 6)
        for _ in 0..<20_000 {
            let count = UInt64.random(in: 1...7, using: &generator)
            let answers: [Bool?] = (0..<count).map { _ in
                [true, false, nil][Int.random(in: 0..<3, using: &generator)]
            }
            let granted = answers.count { $0 == true }
            let open = answers.count { $0 == nil }
            let expected: QuorumDecision =
                granted * 2 > answers.count
                ? .won : (granted + open) * 2 > answers.count ? .pending : .lost
            let decision = voters(count).decide { answers[Int($0.rawValue) - 1] }
            #expect(decision == expected)
        }
    }

    @Test func `M3: a joint configuration needs both majorities, and loses with either`() {
        let joint = Configuration(
            voters: [NodeID(1), NodeID(2), NodeID(3)], outgoing: [NodeID(3), NodeID(4), NodeID(5)])
        func decide(_ yes: [UInt64], _ no: [UInt64]) -> QuorumDecision {
            joint.decide {
                yes.contains($0.rawValue) ? true : no.contains($0.rawValue) ? false : nil
            }
        }
        #expect(decide([1, 2], []) == .pending)
        #expect(decide([1, 2, 4], []) == .pending)
        #expect(decide([1, 3, 4], []) == .won)
        #expect(decide([1, 2, 3], [4, 5]) == .lost)
    }

    @Test func `Members are listed once, rising`() {
        let configuration = Configuration(
            voters: [NodeID(3), NodeID(1), NodeID(3)], outgoing: [NodeID(2), NodeID(1)],
            learners: [NodeID(9)])
        #expect(configuration.voters == [NodeID(1), NodeID(3)])
        #expect(configuration.members == [NodeID(1), NodeID(2), NodeID(3), NodeID(9)])
        #expect(!configuration.isVoter(NodeID(9)))
        #expect(configuration.isVoter(NodeID(2)))
    }
}
