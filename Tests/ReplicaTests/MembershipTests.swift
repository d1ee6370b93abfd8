import Raft
import Replica
import Testing
import Work

/// What a replica adds to the changes of consensus: who somebody is, and how a change ends.
@Suite struct MembershipTests {
    private let other = Origin(node: 4, incarnation: 44)

    private func change(_ token: UInt64, _ parts: MembershipChange.Part...) -> ReplicaEvent {
        var change = MembershipChange()
        change.parts = parts
        return .changeMembership(token: token, change)
    }

    private func register(at node: TestReplica) {
        let registration = NodeRegistration(
            id: 4, name: "n4", address: "http://n4", incarnation: 44)
        node.forward(.registerNode(registration), of: other, number: 1)
    }

    private func configuration(_ voters: [UInt64], learners: [UInt64] = []) -> Configuration {
        Configuration(
            voters: voters.map { NodeID($0) }, learners: learners.map { NodeID($0) })
    }

    @Test func `A change is applied when the cluster is as it asks`() {
        let node = TestReplica(voters: [1])
        node.run()
        node.step(change(5, .addLearner(NodeID(4))))
        #expect(node.memberships[5] == .applied(configuration([1], learners: [4])))
        #expect(node.configuration == configuration([1], learners: [4]))
        #expect(node.applies == node.configuration)
        node.wait(.milliseconds(60))
        #expect(node.sent.contains { $0.to == NodeID(4) })
    }

    @Test func `One that voters come by is applied when both steps are`() {
        let node = TestReplica(voters: [1, 2])
        node.win()
        node.acknowledgeAll()
        node.step(change(5, .remove(NodeID(2))))
        #expect(node.memberships.isEmpty && node.configuration.isJoint)
        node.acknowledgeAll()
        #expect(node.memberships[5] == .applied(configuration([1])))
        #expect(node.applies == configuration([1]))
    }

    @Test func `M10, bug M10: nobody gets a name that stands for another data directory`() {
        let node = TestReplica(voters: [1])
        node.run()
        register(at: node)
        node.step(change(5, .addLearner(NodeID(4))))
        #expect(node.memberships[5] == .rejected(.usedBefore(NodeID(4))))
        #expect(node.configuration == configuration([1]))
    }

    /// Else a name could come back that somebody else had voted under, and nobody would know.
    @Test func `M10: nobody votes whose data directory is not known to all`() {
        let node = TestReplica(voters: [1])
        node.run()
        node.step(change(5, .addLearner(NodeID(4))))
        node.step(change(6, .promote(NodeID(4))))
        #expect(node.memberships[6] == .rejected(.unregistered(NodeID(4))))
        register(at: node)
        node.step(change(7, .promote(NodeID(4))))
        #expect(node.memberships[7] == .rejected(.refused(.lagging(NodeID(4)))))
    }

    @Test func `Only a leader that goes on changes anything`() {
        let node = TestReplica(voters: [1, 2, 3])
        node.step(change(5, .remove(NodeID(3))))
        #expect(node.memberships[5] == .rejected(.refused(.notLeader)))
        node.win()
        node.acknowledgeAll()
        node.step(.handOver)
        node.step(change(6, .remove(NodeID(3))))
        #expect(node.memberships[6] == .rejected(.stopping))
    }

    @Test func `A change that another leader overwrites is rejected`() {
        let node = TestReplica(voters: [1, 2, 3])
        node.win()
        node.acknowledgeAll()
        let before = node.lastPosition
        node.step(change(5, .addLearner(NodeID(4))))
        let term = before.term.next
        let noop = Entry(
            position: LogPosition(term: term, index: before.index.next), kind: .noop, payload: [])
        node.receive(
            .appendEntries(
                AppendEntries(previous: before, entries: [noop], commit: noop.index, round: 0)),
            term: term)
        #expect(node.memberships[5] == .rejected(.replaced))
        #expect(node.configuration == configuration([1, 2, 3]))
    }

    @Test func `A change that nobody decides ends as unknown, in time`() {
        let node = TestReplica(voters: [1, 2, 3])
        node.win()
        node.acknowledgeAll()
        node.step(change(5, .addLearner(NodeID(4))))
        node.wait(.milliseconds(1_700))
        #expect(node.memberships.isEmpty)
        node.wait(.milliseconds(200))
        #expect(node.memberships[5] == .unknown)
    }
}
