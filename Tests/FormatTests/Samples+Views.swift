import Raft
import Replica

extension Samples {
    static let leaderView: NodeView = {
        var view = NodeView(role: .leader, term: 300)
        view.leader = NodeID(1)
        (view.first, view.last, view.commit, view.applied, view.durable) = (1, 303, 302, 301, 303)
        view.stateHash = .max
        view.stores = NodeView.Stores(base: 299, kind: 1, state: 2, index: 280)
        (view.pending, view.sent, view.received) = (4, 70_000, 69_000)
        view.followers = [
            NodeView.Follower(node: NodeID(2), match: 302, next: 304, isProbed: false, inflight: 1)
        ]
        view.tail = [
            NodeView.Slot(index: 302, term: 299, kind: nil, size: 0),
            NodeView.Slot(index: 303, term: 300, kind: .command, size: 412),
        ]
        view.faults = [LinkFault(to: NodeID(2), isCut: true, delay: 150)]
        view.flights = [
            NodeView.Flight(
                to: NodeID(2), kind: .entries, fate: .delayed(150), term: 300, entries: 2, count: 9,
                age: 40),
            NodeView.Flight(
                to: NodeID(3), kind: .heartbeat, fate: .lost, term: 300, entries: 0, count: 1,
                age: 39),
        ]
        return view
    }()

    static let candidateView: NodeView = {
        var view = NodeView(role: .candidate, term: 301)
        view.vote = NodeID(1)
        view.timer = NodeView.Timer(elapsed: 12, timeout: 480)
        view.silence = 412
        view.impediment = "the disk hangs"
        view.ballot = [NodeView.Ballot(node: NodeID(1), isGranted: true)]
        view.flights = [
            NodeView.Flight(
                to: NodeID(2), kind: .requestVote, fate: .sent, term: 301, entries: 0, count: 1,
                age: 3)
        ]
        view.happenings = [
            NodeView.Happening(kind: .campaigned, term: 301, silence: 412, age: 3),
            NodeView.Happening(
                kind: .voted, term: 301, node: NodeID(2), text: "said", age: 2),
        ]
        return view
    }()
}
