import Raft
import Testing

/// The machine stops at each border between two effects; what it had said must still be true.
@Suite struct CrashTests {
    private let now = Instant.start

    /// One write and its fate: the machine of `member` stops while the write waits.
    struct Crash: Sendable, CustomTestStringConvertible {
        let member: UInt64
        let write: UInt64
        let isKept: Bool

        var testDescription: String { "n\(member), write \(write), \(isKept ? "kept" : "lost")" }
    }

    private static let crashes = (UInt64(1)...3).flatMap { member in
        (UInt64(1)...9).flatMap { write in
            [true, false].map { Crash(member: member, write: write, isKept: $0) }
        }
    }

    @Test(arguments: crashes)
    func `D: a crash at any write, kept or lost, takes back nothing`(_ crash: Crash) throws {
        var cluster = TestCluster(voters(3), seed: crash.write)
        cluster.world = .init(delay: 1...4, syncDelay: 2...9)
        let member = cluster[crash.member]
        var proposals = 0
        var isDone = false
        for millisecond in 0..<1800 {
            if let leader = cluster.leader, millisecond % 50 == 0 {
                proposals += 1
                try cluster.propose("\(proposals)", at: leader)
            }
            try cluster.run(milliseconds: 1)
            guard !isDone, member.disk.pending.contains(where: { $0.ticket >= Ticket(crash.write) })
            else { continue }
            isDone = true
            cluster.crash(member, keeping: crash.isKept ? 1 : 0)
            try cluster.run(milliseconds: 300)
            try cluster.restart(member)
        }
        #expect(isDone)
        try cluster.run(milliseconds: 2000)
        for member in cluster.members {
            #expect(member.applied == cluster.checker.committed && member.applied.count > 10)
        }
    }

    @Test(arguments: 0...3, 0...3)
    func `bug V1: a crash between any two writes leaves one vote a term`(
        _ durable: Int, _ kept: Int
    ) {
        let member = Member(1, in: voters(7))
        var granted: Set<[UInt64]> = []
        func ask(_ term: UInt64, _ candidate: UInt64) {
            let request = Message.Body.requestVote(last: .zero, transfer: true)
            member.step(message(term, request, from: candidate), at: now)
        }
        func note() {
            for answer in member.take()
            where answer.message.body == .requestVoteResponse(granted: true) {
                granted.insert([answer.message.term.rawValue, answer.to.rawValue])
            }
        }
        for term in UInt64(1)...3 { ask(term, term + 1) }
        member.sync(durable, at: now)
        note()
        #expect(granted.isEmpty == (durable == 0))
        member.crash(keeping: kept)
        member.restart(at: now)
        for term in UInt64(1)...4 {
            for candidate in UInt64(5)...7 { ask(term, candidate) }
            member.sync(at: now)
        }
        note()
        #expect(Set(granted.map { $0[0] }).count == granted.count)
        #expect(granted.contains([4, 5]))
    }

    @Test func `bug V3: while nothing becomes durable, nothing is said that rests on it`() {
        let member = Member(1, in: voters(3))
        member.step(message(1, append(entries(terms: [1, 1])), from: 2), at: now)
        let request = Message.Body.requestVote(last: position(1, 2), transfer: true)
        member.step(message(2, request, from: 3), at: now)
        member.step(.read(context: 1), at: now)
        for _ in 0..<5 { member.step(.tick, at: member.consensus.nextDeadline) }
        #expect(member.take().isEmpty)
        #expect(member.consensus.durable == .zero)
        member.sync(at: now)
        #expect(!member.take().isEmpty)
    }
}
