import Raft
import Replica
import Testing
import Work

@Suite struct AdmissionTests {
    private let own = hello(node: 1, target: 0, incarnation: 11)

    private func admission(_ memory: [PeerMemory] = []) -> Admission {
        Admission(own: own, memory: memory)
    }

    @Test func `A member that is known is welcome`() {
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
    func `A wrong peer is refused with the reason`(_ peer: Hello, _ reason: String) throws {
        let memory = PeerMemory(node: NodeID(2), incarnation: 22, bootCount: 3, term: Term(5))
        let isMember = peer.node <= NodeID(3)
        let refusal = try #require(
            admission([memory]).refusal(peer, registered: nil, isMember: isMember))
        #expect(refusal.contains(reason))
    }

    /// It may have been added by entries that this node lacks; who has no more than this node was
    /// removed, or never belonged to the cluster.
    @Test func `bug M8: somebody unknown is welcome only with a longer log`() throws {
        let replica = try soleVoter()
        var peer = hello(node: 2, target: 1, incarnation: 22)
        let refusal = admission().refusal(peer, by: replica)
        #expect(refusal?.contains("no other member") == true)
        peer.last = LogPosition(term: Term(1), index: LogIndex(1))
        let answer = admission().refusal(peer, by: replica)
        #expect(answer == nil)
    }

    @Test func `A peer that has less than it acknowledged is refused unless it knows`() throws {
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
    @Test func `A peer whose log was cut by a later leader is welcome`() {
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

    @Test func `The replicated state remembers incarnations too`() throws {
        let peer = hello(node: 2, target: 1, incarnation: 99)
        let refusal = try #require(admission().refusal(peer, registered: 22))
        #expect(refusal.contains("another data directory"))
    }

    @Test func `Only what is new is remembered`() {
        var admission = admission()
        let peer = hello(node: 2, target: 1, incarnation: 22, boot: 3, term: 5)
        #expect(admission.remember(peer)?.bootCount == 3)
        #expect(admission.remember(peer) == nil)
        #expect(admission.memory[NodeID(2)]?.term == Term(5))
    }

    /// Peers remember what they are told: a node must still have it after a crash.
    @Test func `A node introduces itself with what is durable`() throws {
        var replica = try soleVoter()
        var effects = ReplicaEffects()
        let moment = Moment(monotonic: Instant(nanoseconds: 1), wall: .zero)
        for event in [ReplicaEvent.tick, .flush] {
            replica.step(event, at: moment, into: &effects)
        }
        let early = admission().hello(to: NodeID(2), of: replica)
        #expect(early.term == .zero && early.target == NodeID(2))
        let ticket = effects.persist.ticket
        for event in [ReplicaEvent.persisted(ticket), .flush] {
            replica.step(event, at: moment, into: &effects)
        }
        let hello = admission().hello(to: NodeID(2), of: replica)
        let term = replica.term
        #expect(hello.term == Term(1) && term == Term(1))
    }

    @Test func `Handshakes survive the wire`() throws {
        let answers: [HandshakeAnswer] = [.welcome(own), .refused("why")]
        for answer in answers { #expect(try HandshakeAnswer(answer.encoded()) == answer) }
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

private func soleVoter() throws -> Replica {
    let recovery = LogRecovery(start: .zero, chain: 0, tailBytes: 100)
    let verdict = recovery.verdict(
        .init(hardStates: [HardState()], mark: nil, base: .zero, earlierLoss: nil))
    guard case .usable(let recovered) = verdict else { throw Unusable() }
    let registration = NodeRegistration(
        id: 1, name: "n1", address: "http://n1", incarnation: 11)
    return Replica(
        settings: ReplicaSettings(
            configuration: Configuration(voters: [NodeID(1)]), registration: registration,
            bootCount: 1, seed: 1),
        recovered: recovered, state: WorkState(),
        at: Moment(monotonic: Instant(nanoseconds: 1), wall: .zero))
}

private struct Unusable: Error {}
