import Raft
import Replica
import Testing
import Wire

@Suite struct WatchingTests {
    private let start = Instant(nanoseconds: 5_000_000_000)

    private func heartbeat(_ entries: [Entry] = []) -> PeerMessage {
        .raft(
            Message(
                term: Term(3),
                body: .appendEntries(
                    AppendEntries(previous: .zero, entries: entries, commit: .zero, round: 0))))
    }

    private func note(
        _ message: PeerMessage, to peer: UInt64 = 2, after milliseconds: UInt64,
        in sightings: inout Sightings, fate: NodeView.Fate = .sent
    ) {
        sightings.note(
            message, to: NodeID(peer), silence: 410, at: start + .milliseconds(milliseconds)
        ) { fate }
    }

    @Test func `Of routine messages one in a fifth of a second stands for the others`() {
        var sightings = Sightings()
        for step in 0..<10 { note(heartbeat(), after: UInt64(step) * 60, in: &sightings) }
        let flights = sightings.take(at: start + .milliseconds(600)).flights
        #expect(flights.map(\.count) == [1, 4, 4])
        #expect(flights.map(\.age) == [600, 360, 120])
        #expect(flights.allSatisfy { $0.kind == .heartbeat && $0.term == 3 })
        #expect(sightings.sent == 10)
        #expect(sightings.take(at: start).flights.isEmpty)
    }

    @Test func `Kinds and peers take turns of their own`() {
        var sightings = Sightings()
        note(heartbeat(), after: 0, in: &sightings)
        note(heartbeat(), to: 3, after: 1, in: &sightings, fate: .lost)
        let entry = Entry(position: .zero, kind: .noop, payload: [])
        note(heartbeat([entry, entry]), after: 2, in: &sightings, fate: .delayed(150))
        let flights = sightings.take(at: start).flights
        #expect(flights.map(\.to) == [NodeID(2), NodeID(3), NodeID(2)])
        #expect(flights.map(\.fate) == [.sent, .lost, .delayed(150)])
        #expect(flights.map(\.entries) == [0, 0, 2])
    }

    @Test func `Votes are all shown, up to a bound, and tell what happens`() {
        var sightings = Sightings()
        let preVote = PeerMessage.raft(Message(term: Term(4), body: .preVote(last: .zero)))
        for peer: UInt64 in [2, 3] { note(preVote, to: peer, after: 0, in: &sightings) }
        let granted = Message(term: Term(4), body: .requestVoteResponse(granted: true))
        for step in 0..<100 { note(.raft(granted), after: UInt64(step), in: &sightings) }
        let (flights, happenings) = sightings.take(at: start)
        #expect(flights.count == 48)
        #expect(happenings.count == 32)
        #expect(happenings.map(\.kind).prefix(3) == [.sounded, .voted, .voted])
        #expect(happenings[0].silence == 410)
        #expect(happenings[1].node == NodeID(2))
    }

    @Test func `What nodes tell of themselves is no message of consensus`() {
        var sightings = Sightings()
        note(.watch, after: 0, in: &sightings)
        #expect(sightings.take(at: start).flights.isEmpty)
    }

    @Test func `Traces become happenings`() {
        var sightings = Sightings()
        let traces: [Trace] = [
            .campaigned(Term(7)), .becameLeader(Term(7)), .followed(NodeID(2), Term(7)),
            .followed(nil, Term(7)), .steppedDown(Term(7), why: "saw a higher term"),
            .transferAborted(NodeID(3)), .healed,
        ]
        for trace in traces { sightings.note(trace, term: Term(7), silence: 300, at: start) }
        let happenings = sightings.take(at: start + .milliseconds(9)).happenings
        #expect(
            happenings.map(\.kind) == [
                .campaigned, .led, .followed, .lostLeader, .steppedDown, .transferFailed, .healed,
            ])
        #expect(happenings.allSatisfy { $0.age == 9 && $0.term == 7 })
        #expect(happenings[0].silence == 300)
        #expect(happenings[4].text == "saw a higher term")
    }
}

@Suite struct NodeViewTests {
    private let report = NodeReport(
        role: 0, term: 0, commit: 0, applied: 0, lastIndex: 0, stateHash: 0xfeed, baseIndex: 4,
        storeKind: 1, storeState: 2, storeIndex: 3, storeError: nil, repairing: nil, name: "n1",
        http: "")

    @Test func `A leader shows its followers and the end of its log, and no timer`() throws {
        let replica = TestReplica(voters: [1, 2, 3])
        replica.win()
        replica.acknowledgeAll()
        let view = replica.view(report)
        #expect(view.role == .leader)
        #expect(view.leader == NodeID(1))
        #expect(view.timer == nil)
        #expect(view.silence == nil)
        #expect(view.followers.map(\.node) == [NodeID(2), NodeID(3)])
        #expect(view.followers[0].match == view.last)
        #expect(view.followers[1].match == 0)
        #expect(view.commit == view.last)
        #expect(view.tail.last?.index == view.last)
        #expect(view.tail.last?.kind != nil)
        #expect(view.tail.map(\.index) == Array(view.tail[0].index...view.last))
        #expect(view.stateHash == 0xfeed)
        #expect(view.stores.index == 3)
    }

    @Test func `A follower shows how far its timer is`() throws {
        let replica = TestReplica(voters: [1, 2, 3])
        replica.receiveNoop(index: 1, commit: 1)
        replica.tick(after: .milliseconds(120))
        let view = replica.view(report)
        #expect(view.role == .follower)
        #expect(view.leader == NodeID(2))
        #expect(view.silence == 120)
        let timer = try #require(view.timer)
        #expect(timer.elapsed == 120)
        #expect((300..<600).contains(timer.timeout))
        #expect(view.followers.isEmpty)
    }

    @Test func `A leader that is asked moves its leadership to whoever has most`() {
        let replica = TestReplica(voters: [1, 2, 3])
        replica.win()
        replica.acknowledgeAll()
        replica.step(.received(.transfer(nil), from: NodeID(3)))
        #expect(replica.tellsToCampaign)
    }

    static let full: NodeView = {
        var view = NodeView(role: .preCandidate, term: 7)
        (view.leader, view.vote) = (NodeID(2), NodeID(3))
        view.timer = NodeView.Timer(elapsed: 120, timeout: 480)
        view.silence = 120
        (view.first, view.last, view.commit) = (1, 301, 300)
        view.impediment = "the disk hangs"
        view.followers = [
            NodeView.Follower(node: NodeID(2), match: 300, next: 301, isProbed: true, inflight: 9)
        ]
        view.ballot = [NodeView.Ballot(node: NodeID(1), isGranted: true)]
        view.tail = [
            NodeView.Slot(index: 300, term: 6, kind: nil, size: 0),
            NodeView.Slot(index: 301, term: 7, kind: .command, size: 412),
        ]
        view.faults = [LinkFault(to: NodeID(3), isCut: true, delay: 150)]
        view.flights = [NodeView.Fate.sent, .lost, .delayed(150)].map { fate in
            NodeView.Flight(
                to: NodeID(3), kind: .requestVote, fate: fate, term: 7, entries: 2, count: 3,
                age: 4)
        }
        view.happenings = [
            NodeView.Happening(kind: .steppedDown, term: 7, node: nil, text: "why", age: 12),
            NodeView.Happening(kind: .voted, term: 7, node: NodeID(3), silence: 300, age: 11),
        ]
        return view
    }()

    @Test(arguments: [NodeView(role: .leader, term: 1), full])
    func `A view arrives as it was sent`(view: NodeView) throws {
        var writer = ByteWriter()
        PeerMessage.view(view).encode(into: &writer)
        var reader = ByteReader(writer.bytes)
        #expect(try PeerMessage(from: &reader) == .view(view))
    }
}
