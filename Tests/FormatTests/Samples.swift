import Node
import Raft
import Replica
import Wire
import Work

/// Values of every kind that is written anywhere, with every optional part there and not there.
enum Samples {
    static func bytes(_ encode: (inout ByteWriter) -> Void) -> [UInt8] {
        var writer = ByteWriter()
        encode(&writer)
        return writer.bytes
    }

    static func position(_ term: UInt64, _ index: UInt64) -> LogPosition {
        LogPosition(term: Term(term), index: LogIndex(index))
    }

    static let hello = Hello(
        machineVersion: 1, cluster: 0x0102_0304_0506_0708, node: NodeID(1), target: NodeID(2),
        incarnation: 0x1112_1314_1516_1718, bootCount: 3, term: Term(300),
        last: position(299, 70_000))

    static let answers: [(String, HandshakeAnswer)] = [
        ("welcome", .welcome(hello)), ("refused", .refused("n9 is no other member")),
    ]

    static let configurations: [(String, Configuration)] = [
        ("three voters", Configuration(voters: [NodeID(1), NodeID(2), NodeID(3)])),
        (
            "joint with a learner",
            Configuration(
                voters: [NodeID(1), NodeID(4)], outgoing: [NodeID(1), NodeID(2)],
                learners: [NodeID(300)])
        ),
        (
            "joint with a voter that becomes a learner",
            Configuration(
                voters: [NodeID(1), NodeID(2)], outgoing: [NodeID(1), NodeID(2), NodeID(300)],
                learners: [NodeID(300)])
        ),
    ]

    static let messages: [(String, Message)] = bodies.map { ($0, Message(term: Term(7), body: $1)) }

    private static let bodies: [(String, Message.Body)] = [
        ("preVote", .preVote(last: position(3, 300))),
        ("preVoteResponse granted", .preVoteResponse(granted: true)),
        ("preVoteResponse refused", .preVoteResponse(granted: false)),
        ("requestVote", .requestVote(last: position(3, 300), transfer: false)),
        ("requestVote by transfer", .requestVote(last: .zero, transfer: true)),
        ("requestVoteResponse", .requestVoteResponse(granted: true)),
        ("appendEntries as heartbeat", append([])),
        (
            "appendEntries",
            append([
                Entry(position: position(4, 301), kind: .noop, payload: []),
                Entry(position: position(4, 302), kind: .command, payload: [0xca, 0xfe]),
                Entry(
                    position: position(7, 303), kind: .configuration,
                    payload: bytes { configurations[0].1.encode(into: &$0) }),
            ])
        ),
        ("appendEntriesResponse accepted", response(.accepted(match: LogIndex(303)))),
        (
            "appendEntriesResponse rejected",
            response(.rejected(previous: LogIndex(300), hint: position(2, 200)))
        ),
        ("timeoutNow", .timeoutNow),
        ("readIndex", .readIndex(context: .max)),
        ("readIndexResponse", .readIndexResponse(context: 5, index: LogIndex(303))),
        ("readIndexResponse without index", .readIndexResponse(context: 5, index: nil)),
    ]

    private static func append(_ entries: [Entry]) -> Message.Body {
        .appendEntries(
            AppendEntries(
                previous: position(3, 300), entries: entries, commit: LogIndex(299), round: 1 << 40)
        )
    }

    private static func response(_ outcome: AppendEntriesResponse.Outcome) -> Message.Body {
        .appendEntriesResponse(AppendEntriesResponse(outcome: outcome, round: 9))
    }

    static let peerMessages: [(String, PeerMessage)] = [
        ("raft", .raft(messages[0].1)),
        (
            "forward",
            .forward([
                Forwarded(number: 300, request: requests[0].1.encoded()),
                Forwarded(number: 301, request: []),
            ])
        ),
        ("forwardRejected", .forwardRejected([1, 300])),
        ("report", .report(report(error: nil, repairing: nil))),
        (
            "report of trouble",
            .report(report(error: "no route to host", repairing: "entry 7 is missing"))
        ),
        ("workers", .workers(workers)),
        ("workersHeard", .workersHeard(300)),
        ("watch", .watch),
        ("view of a leader", .view(leaderView)),
        ("view of a candidate", .view(candidateView)),
        ("transfer", .transfer(NodeID(300))),
        ("transfer to anybody", .transfer(nil)),
    ]

    private static let workers = WorkerNote(
        sent: 1 << 40, isWhole: true,
        waits: [
            Reservation(
                session: session, isAttached: true, wait: 300,
                queues: ["mail", "video"].compactMap { QueueName($0) }, max: 4)
        ],
        ends: [.init(session: session, wait: 299)])

    private static func report(error: String?, repairing: String?) -> NodeReport {
        NodeReport(
            role: 1, term: 7, commit: 300, applied: 299, lastIndex: 301, stateHash: .max,
            baseIndex: 298, storeKind: 1, storeState: 2, storeIndex: 297, storeError: error,
            repairing: repairing, name: "n1", http: "127.0.0.1:8081")
    }
}
