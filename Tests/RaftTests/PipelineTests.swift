import Raft
import Testing

/// Messages that follow each other without waiting, some of which are lost.
@Suite struct PipelineTests {
    private let now = Instant.start

    /// A leader that has sent entries 2 to 5, of which each fills a message, and what it sent to n2.
    private func pipeline() -> (leader: Member, follower: Member, sent: [AppendEntries]) {
        let leader = Member(1, in: voters(3))
        leader.leadAndCommit(at: now)
        for number in UInt8(2)...5 {
            let payload = [UInt8](repeating: number, count: Bounds.messageBytes)
            leader.stepAndSync(.propose([payload]), at: now)
        }
        let follower = Member(2, in: voters(3))
        follower.stepAndSync(message(1, append(Array(leader.log[..<1])), from: 1), at: now)
        _ = follower.take()
        return (leader, follower, leader.takeAppends(to: 2))
    }

    @Test(arguments: 0..<4)
    func `bug X6: one lost message stops nobody`(_ lost: Int) {
        let (leader, follower, appends) = pipeline()
        for (place, append) in appends.enumerated() where place != lost {
            follower.stepAndSync(message(1, .appendEntries(append), from: 1), at: now)
        }
        for answer in follower.take() {
            leader.step(.message(answer.message, from: follower.id), at: now)
        }
        // That the last one is missing shows with the next heartbeat.
        if lost == 3 {
            leader.step(.tick, at: leader.consensus.nextDeadline)
            guard let beat = leader.takeAppends(to: 2).first else { return #expect(Bool(false)) }
            follower.stepAndSync(message(1, .appendEntries(beat), from: 1), at: now)
            for answer in follower.take() {
                leader.step(.message(answer.message, from: follower.id), at: now)
            }
        }
        var sent = leader.takeAppends(to: 2).filter { !$0.entries.isEmpty }
        #expect(sent.map(\.previous.index.rawValue) == [UInt64(lost + 1)])
        while let append = sent.first {
            follower.stepAndSync(message(1, .appendEntries(append), from: 1), at: now)
            for answer in follower.take() {
                leader.step(.message(answer.message, from: follower.id), at: now)
            }
            sent = Array(sent.dropFirst()) + leader.takeAppends(to: 2).filter { !$0.entries.isEmpty }
        }
        #expect(leader.consensus.commit == LogIndex(5))
        let isWhole = follower.log == leader.log
        #expect(isWhole, "the logs are equal")
    }

    @Test func `bug X6: an answer covers all answers before it that were lost`() {
        let (leader, follower, sent) = pipeline()
        for append in sent {
            follower.stepAndSync(message(1, .appendEntries(append), from: 1), at: now)
        }
        let answers = follower.take()
        #expect(answers.count == 4)
        if let last = answers.last {
            leader.step(.message(last.message, from: follower.id), at: now)
        }
        #expect(leader.consensus.commit == LogIndex(5))
    }

    @Test func `bug X7: what is durable and handed out leaves memory`() {
        let member = Member(1, in: voters(3))
        let payload = [UInt8](repeating: 7, count: Bounds.entryBytes)
        let count = UInt64(Bounds.tailBytes / Bounds.entryBytes + 10)
        for index in 1...count {
            let new = Entry(position: position(1, index), kind: .command, payload: payload)
            let previous = index == 1 ? LogPosition.zero : position(1, index - 1)
            member.stepAndSync(
                message(1, append(after: previous, [new], commit: index), from: 2), at: now)
        }
        #expect(member.applied.count == Int(count))
        member.lead(at: now + 2000)
        _ = member.take()
        // To a follower without anything it has to send what it no longer holds.
        member.step(message(2, rejected(count, hint: .zero), from: 3), at: now + 2000)
        #expect(member.logReads.map(\.first) == [LogIndex(1)])
        let held = count - (member.logReads.first?.last.rawValue ?? 0)
        #expect(Int(held) * payload.count <= Bounds.tailBytes)
    }
}
