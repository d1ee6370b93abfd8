/// A door through which bytes come in from outside: from a peer, a client, a disk or a file. Each
/// has a check that says what must hold for any bytes at all; libFuzzer looks for bytes for which
/// it does not, and the tests replay what libFuzzer found worth keeping.
package enum FuzzTarget: String, CaseIterable, Sendable {
    case frames, handshake, messages, configurations, requests, entries
    case peerMessages = "peer-messages"
    case logRows = "log-rows"
    case baseRows = "base-rows"
    case json, queries, headers, csv, addresses, conversations, filters

    /// Whether the bytes were taken; throws if they were not handled as they must be.
    package func check(_ bytes: [UInt8]) throws(Broken) -> Bool {
        switch self {
        case .frames: try FrameCheck.check(bytes)
        case .handshake: try CodecCheck.handshake(bytes)
        case .peerMessages: try CodecCheck.peerMessage(bytes)
        case .messages: try CodecCheck.message(bytes)
        case .configurations: try CodecCheck.configuration(bytes)
        case .requests: try CodecCheck.request(bytes)
        case .entries: try EntryCheck.check(bytes)
        case .logRows: try LogRowCheck.check(bytes)
        case .baseRows: try BaseRowCheck.check(bytes)
        case .json: try JSONCheck.check(bytes)
        case .queries: try QueryCheck.check(bytes)
        case .headers: try HeaderCheck.check(bytes)
        case .csv: try CSVCheck.check(bytes)
        case .addresses: try AddressCheck.check(bytes)
        case .conversations: try ConversationCheck.check(bytes)
        case .filters: try FilterCheck.check(bytes)
        }
    }
}

/// What must hold for any bytes, and did not for these.
package struct Broken: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}

/// Throws unless it holds.
func expect(_ holds: Bool, _ what: @autoclosure () -> String) throws(Broken) {
    if !holds { throw Broken(what()) }
}

extension StringProtocol {
    /// Bytes, because Swift takes canonically equivalent texts for equal.
    func isIdentical(to other: some StringProtocol) -> Bool { utf8.elementsEqual(other.utf8) }
}
