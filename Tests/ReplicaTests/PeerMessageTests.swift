import Raft
import Replica
import Testing
import Wire
import Work

@Suite struct PeerMessageTests {
    private static let report = NodeReport(
        role: 2, term: 7, commit: 100, applied: 99, lastIndex: 101, stateHash: .max, baseIndex: 90,
        storeKind: 1, storeState: 2, storeIndex: 80, storeError: "away", repairing: nil,
        name: "n1", http: "127.0.0.1:8080")

    private static let note = WorkerNote(
        sent: 12, isWhole: true,
        waits: [
            Reservation(
                session: SessionID(origin: Origin(node: 1, incarnation: 7), number: 9),
                isAttached: true, wait: 3, queues: ["mail", "video"].compactMap { QueueName($0) },
                max: 4)
        ],
        ends: [.init(session: SessionID(origin: Origin(node: 1, incarnation: 7), number: 2), wait: 8)]
    )

    private func reread(_ message: PeerMessage) throws -> PeerMessage {
        var writer = ByteWriter(capacity: 64)
        message.encode(into: &writer)
        var reader = ByteReader(writer.bytes)
        return try PeerMessage(from: &reader)
    }

    @Test(arguments: [
        PeerMessage.raft(Message(term: Term(3), body: .timeoutNow)),
        .forward([Forwarded(number: 1, request: [1, 2]), Forwarded(number: 9, request: [])]),
        .forwardRejected([1, 2, .max]),
        .report(report), .workers(note), .workersHeard(.max),
        .watch, .transfer(nil), .transfer(NodeID(3)),
    ])
    func `What is sent is what arrives`(message: PeerMessage) throws {
        #expect(try reread(message) == message)
    }

    @Test func `A long error text is cut, so that a report stays small`() throws {
        var long = Self.report
        long.storeError = String(repeating: "ü", count: 5_000)
        guard case .report(let arrived) = try reread(.report(long)) else {
            Issue.record("a report is a report")
            return
        }
        #expect(arrived.storeError == String(repeating: "ü", count: 250))
    }

    @Test func `A tag that nobody knows is an error, and so is what stands behind a message`() {
        for bytes: [UInt8] in [[99], [], [3, 0, 0]] {
            #expect(throws: WireError.self) {
                var reader = ByteReader(bytes)
                _ = try PeerMessage(from: &reader)
            }
        }
    }
}
