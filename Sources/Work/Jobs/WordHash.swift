import Wire

/// The hash of a record that changes often: word by word, without writing the record down first.
struct WordHash {
    private(set) var value: UInt64

    init(seed: UInt64) { value = Hash64.mix(seed &+ 0x9e37_79b9_7f4a_7c15) }

    static func hash(of bytes: [UInt8]) -> UInt64 { Hash64.hash(bytes, seed: 12) }

    mutating func add(_ word: UInt64) {
        value = Hash64.mix(value ^ word) &+ 0x9e37_79b9_7f4a_7c15
    }

    mutating func add(_ text: String) { add(Hash64.hash(text, seed: 12)) }

    /// Nothing and an empty text are two things.
    mutating func add(_ text: String?) {
        add(text == nil ? 0 : 1)
        if let text { add(text) }
    }

    mutating func add(_ session: SessionID) {
        add(session.origin.node)
        add(session.origin.incarnation)
        add(session.number)
    }
}
