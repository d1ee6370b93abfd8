import Node
import Raft
import Replica
import Server
import Testing

@Suite(.timeLimit(.minutes(5))) struct ClusterStreamTests {
    @Test func `The stream tells the cluster at once, and views as they are published`() async throws {
        try await withFront { node, connection in
            #expect(!node.views.isWatched)
            try await connection.request("GET /v1/cluster/events")
            let greeting = try await connection.read(until: "event: cluster\ndata: {")
            #expect(greeting.contains("text/event-stream"))
            #expect(!greeting.contains("event: levers"))
            #expect(node.views.isWatched)
            var view = NodeView(role: .candidate, term: 7)
            view.timer = NodeView.Timer(elapsed: 12, timeout: 480)
            view.tail = [NodeView.Slot(index: 5, term: 6, kind: .command, size: 40)]
            view.flights = [
                NodeView.Flight(
                    to: NodeID(2), kind: .requestVote, fate: .delayed(150), term: 7, entries: 0,
                    count: 1, age: 4)
            ]
            view.happenings = [
                NodeView.Happening(kind: .campaigned, term: 7, silence: 412, age: 4)
            ]
            node.views.publish(2, view)
            let shown = try await connection.read(until: #""age_ms":4}]}"#)
            #expect(shown.contains("event: view\ndata: {\"node\":2,\"role\":\"candidate\",\"term\":7,"))
            #expect(shown.contains(#""timer":{"elapsed_ms":12,"timeout_ms":480}"#))
            #expect(shown.contains(#""tail":[{"index":5,"term":6,"kind":"command","size":40}]"#))
            #expect(shown.contains(#""kind":"requestVote""#))
            #expect(shown.contains(#""lost":false,"delay_ms":150}"#))
            #expect(shown.contains(#""kind":"campaigned","term":7,"node":null,"silence_ms":412"#))
        }
    }
}

@Suite struct ViewBoardTests {
    private let board = ViewBoard()
    private let view = NodeView(role: .follower, term: 1)

    @Test func `It is watched as long as somebody watches`() {
        #expect(!board.isWatched)
        do {
            let one = board.subscribe()
            #expect(one != nil && board.isWatched)
        }
        #expect(!board.isWatched)
    }

    @Test func `So many may watch, and no more`() {
        let watchers = (0..<ViewBoard.watchersMax).compactMap { _ in board.subscribe() }
        withExtendedLifetime(watchers) {
            #expect(watchers.count == ViewBoard.watchersMax)
            #expect(board.subscribe() == nil)
        }
    }

    @Test func `Everybody takes what came since the last time, and nothing twice`() throws {
        let one = try #require(board.subscribe())
        board.publish(1, view)
        let two = try #require(board.subscribe())
        board.publish(2, view)
        #expect(one.take().map(\.node) == [1, 2])
        #expect(two.take().map(\.node) == [2])
        #expect(one.take().isEmpty)
    }

    @Test func `Who reads slowly misses the oldest`() throws {
        let one = try #require(board.subscribe())
        for node: UInt64 in 1...1_000 { board.publish(node, view) }
        let taken = one.take().map(\.node)
        #expect(taken.count <= 256)
        #expect(taken == Array(taken[0]...1_000))
    }

    @Test func `What was left by an earlier watcher is not shown`() throws {
        do {
            let one = try #require(board.subscribe())
            board.publish(1, view)
            #expect(one.take().count == 1)
        }
        let two = try #require(board.subscribe())
        #expect(two.take().isEmpty)
    }
}
