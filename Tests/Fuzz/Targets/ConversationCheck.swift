import Beanstalk
import Raft
import Replica
import Work

/// What a client of beanstalkd sends: it means the same in whatever pieces it comes, and little of
/// it is kept.
enum ConversationCheck {
    private static let bodyBytes: UInt32 = 300

    /// The input: what the client sends.
    static func check(_ bytes: [UInt8]) throws(Broken) -> Bool {
        let whole = try inputs(bytes, pieces: bytes.count)
        for pieces in [1, 7, 224] {
            let others = try inputs(bytes, pieces: pieces)
            try expect(others == whole, "other commands in pieces of \(pieces)")
        }
        try checkReplies(bytes)
        return whole.contains { if case .command = $0 { true } else { false } }
    }

    private static func inputs(_ bytes: [UInt8], pieces: Int) throws(Broken) -> [ClientInput] {
        var parser = CommandParser(bodyBytes: bodyBytes)
        var (found, rest): ([ClientInput], ArraySlice<UInt8>) = ([], bytes[...])
        while !rest.isEmpty {
            parser.append(Array(rest.prefix(pieces)))
            rest = rest.dropFirst(pieces)
            while let input = parser.next() { found.append(input) }
            try expect(parser.bytesHeld < bodyBytes + 2, "\(parser.bytesHeld) bytes are kept")
        }
        return found
    }

    /// With a node that refuses everything at once, each command is answered, or the connection
    /// ends; and it ends with the input, unless a worker or a put is still to be told.
    private static func checkReplies(_ bytes: [UInt8]) throws(Broken) {
        var ledger = Ledger()
        let session = SessionID(origin: Origin(node: 1, incarnation: 1), number: 1)
        var limits = ConnectionLimits()
        limits.jobBytes = bodyBytes
        var machine = ClientConnection(session: session, limits: limits, &ledger)
        var events: [ConnectionEvent] = [.inputClosed, .received(bytes)]
        var now = Instant(nanoseconds: 0)
        var isClosing = false
        while !isClosing {
            guard let event = events.popLast() ?? deadline(&machine, &now) else {
                throw Broken("nothing will happen any more, and it did not end")
            }
            var turn = ConnectionTurn(now: now)
            machine.handle(event, &ledger, &turn)
            isClosing = turn.isClosing
            events += turn.requests.compactMap(refusal)
            if machine.isBlocked { events.append(.outputTaken) }
        }
        machine.closed(&ledger)
        try expect(ledger.connections == 0 && ledger.waiters == 0, "it is still counted")
    }

    private static func refusal(_ request: ConnectionRequest) -> ConnectionEvent? {
        switch request {
        case .perform(let tag, _): .decided(tag: tag, .rejected(.noLeader))
        case .look(let tag, _):
            .looked(
                tag: tag, nil,
                ServerFacts(
                    version: "", id: "", hostname: "", system: "", platform: "", process: 1,
                    wallTime: .zero))
        case .wait, .endWait: nil
        }
    }

    private static func deadline(
        _ machine: inout ClientConnection, _ now: inout Instant
    ) -> ConnectionEvent? {
        guard let deadline = machine.deadline(at: now) else { return nil }
        now = max(now, deadline)
        return .timePassed
    }
}
