import NIOCore
import Node
import Raft
import Testing
import Wire

struct HandshakeTests {
    private let own = hello(node: 1, target: 0, incarnation: 11)

    private func admission(_ memory: [PeerMemory] = []) -> Admission {
        Admission(own: own, members: [NodeID(1), NodeID(2), NodeID(3)], memory: memory)
    }

    @Test func aMemberThatIsKnownIsWelcome() {
        let memory = PeerMemory(node: NodeID(2), incarnation: 22, bootCount: 3, term: Term(5))
        let peer = hello(node: 2, target: 1, incarnation: 22, boot: 3, term: 5)
        #expect(admission([memory]).refusal(peer, registered: 22) == nil)
        #expect(admission().refusal(peer, registered: nil) == nil)
    }

    @Test(arguments: [
        (hello(node: 2, target: 1, cluster: 8), "another cluster"),
        (hello(node: 2, target: 1, version: 9), "peer protocol 9"),
        (hello(node: 2, target: 3), "wanted n3"),
        (hello(node: 7, target: 1), "no other member"),
        (hello(node: 1, target: 1), "no other member"),
        (hello(node: 2, target: 1, incarnation: 99), "another data directory"),
        (hello(node: 2, target: 1, incarnation: 22, boot: 2, term: 9), "old copy"),
        (hello(node: 2, target: 1, incarnation: 22, boot: 4, term: 4), "old copy"),
    ])
    func aWrongPeerIsRefusedWithTheReason(_ peer: Hello, _ reason: String) throws {
        let memory = PeerMemory(node: NodeID(2), incarnation: 22, bootCount: 3, term: Term(5))
        let refusal = try #require(admission([memory]).refusal(peer, registered: nil))
        #expect(refusal.contains(reason))
    }

    @Test func aPeerThatHasLessThanItAcknowledgedIsRefusedUnlessItKnows() throws {
        var admission = admission()
        var peer = hello(node: 2, target: 1, incarnation: 22, boot: 3, term: 5)
        peer.last = LogPosition(term: Term(4), index: LogIndex(10))
        _ = admission.remember(peer)
        admission.note(LogPosition(term: Term(5), index: LogIndex(20)), of: NodeID(2))
        #expect(try #require(admission.refusal(peer, registered: nil)).contains("old copy"))
        peer.isRepairing = true
        #expect(admission.refusal(peer, registered: nil) == nil)
        // It may be healed before it has all of it again.
        _ = admission.remember(peer)
        peer.isRepairing = false
        #expect(admission.refusal(peer, registered: nil) == nil)
    }

    /// A leader of term 6 may replace what another one of term 5 had sent, by older entries even.
    @Test func aPeerWhoseLogWasCutByALaterLeaderIsWelcome() {
        var admission = admission()
        var peer = hello(node: 2, target: 1, incarnation: 22, boot: 3, term: 5)
        peer.last = LogPosition(term: Term(5), index: LogIndex(20))
        _ = admission.remember(peer)
        admission.note(peer.last, of: NodeID(2))
        peer.term = Term(6)
        _ = admission.remember(peer)
        peer.last = LogPosition(term: Term(3), index: LogIndex(15))
        #expect(admission.refusal(peer, registered: nil) == nil)
    }

    @Test func theReplicatedStateRemembersIncarnationsToo() throws {
        let peer = hello(node: 2, target: 1, incarnation: 99)
        let refusal = try #require(admission().refusal(peer, registered: 22))
        #expect(refusal.contains("another data directory"))
    }

    @Test func onlyWhatIsNewIsRemembered() {
        var admission = admission()
        let peer = hello(node: 2, target: 1, incarnation: 22, boot: 3, term: 5)
        #expect(admission.remember(peer)?.bootCount == 3)
        #expect(admission.remember(peer) == nil)
        #expect(admission.memory[NodeID(2)]?.term == Term(5))
    }

    @Test func handshakesSurviveTheWire() throws {
        let answers: [HandshakeAnswer] = [.welcome(own), .refused("why")]
        for answer in answers { #expect(try HandshakeAnswer(answer.encoded()) == answer) }
    }

    @Test func framesComeOutAsTheyWentIn() throws {
        var buffer = ByteBuffer()
        let payloads: [[UInt8]] = [[], [1, 2, 3], Array(repeating: 7, count: 5_000)]
        for payload in payloads { Frames.append(payload, to: &buffer) }
        let whole = buffer
        for payload in payloads { #expect(try Frames.next(in: &buffer) == payload) }
        #expect(try Frames.next(in: &buffer) == nil)

        var cut = whole.getSlice(at: 0, length: whole.readableBytes - 1) ?? ByteBuffer()
        _ = try Frames.next(in: &cut)
        _ = try Frames.next(in: &cut)
        #expect(try Frames.next(in: &cut) == nil)
    }

    @Test func aDamagedOrEndlessFrameIsRefused() throws {
        var buffer = ByteBuffer()
        Frames.append([1, 2, 3], to: &buffer)
        buffer.setInteger(UInt8(9), at: Frames.headerSize)
        #expect(throws: Frames.Problem.self) { try Frames.next(in: &buffer) }
        var long = ByteBuffer()
        long.writeInteger(UInt32.max, endianness: .little)
        long.writeInteger(UInt32(0))
        #expect(throws: Frames.Problem.self) { try Frames.next(in: &long) }
    }
}

private func hello(
    node: UInt64, target: UInt64, cluster: UInt64 = 7, version: UInt16 = Hello.protocolVersion,
    incarnation: UInt64 = 22, boot: UInt64 = 3, term: UInt64 = 5
) -> Hello {
    Hello(
        protocolVersion: version, machineVersion: 1, cluster: cluster, node: NodeID(node),
        target: NodeID(target), incarnation: incarnation, bootCount: boot, term: Term(term),
        last: .zero)
}
