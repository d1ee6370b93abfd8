/// Lines of `key: value`, as programs read them: their order, and which values are quoted, are
/// those of beanstalkd 1.13.
struct StatsText {
    private(set) var bytes: [UInt8] = Array("---\n".utf8)

    mutating func add(_ key: String, _ value: UInt64) {
        bytes.append(key)
        bytes.append(": ")
        bytes.append(number: value)
        bytes.append(UInt8(ascii: "\n"))
    }

    mutating func add(_ key: String, _ value: Int) { add(key, UInt64(max(value, 0))) }

    /// A value that is not quoted.
    mutating func add(_ key: String, word: String) {
        bytes.append(key)
        bytes.append(": ")
        bytes.append(word)
        bytes.append(UInt8(ascii: "\n"))
    }

    mutating func add(_ key: String, quoted value: String) { add(key, word: "\"\(value)\"") }

    /// Microseconds, as seconds.
    mutating func add(_ key: String, microseconds: UInt64) {
        let fraction = String(microseconds % 1_000_000)
        let zeros = String(repeating: "0", count: 6 - fraction.utf8.count)
        add(key, word: "\(microseconds / 1_000_000).\(zeros)\(fraction)")
    }

    mutating func add(item: String) {
        bytes.append("- ")
        bytes.append(item)
        bytes.append(UInt8(ascii: "\n"))
    }
}
