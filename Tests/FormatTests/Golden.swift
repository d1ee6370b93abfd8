import Foundation
import Testing

/// A committed file with the bytes, or the text, of a format as it was released. So no format
/// changes by accident: whoever changes one changes its file, and reads there what that needs.
struct Golden {
    /// In the folder `Golden`.
    let name: String
    /// What a change of this format needs before it may be released.
    let change: String

    private var url: URL { Self.url(of: name) }

    private static func url(of name: String) -> URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appending(path: "Golden/\(name)")
    }

    /// A committed file of a form that is not written any more.
    static func text(of name: String) throws -> String {
        try String(contentsOf: url(of: name), encoding: .utf8)
    }

    /// Set to write the files instead of comparing with them.
    static var isRecording: Bool {
        ProcessInfo.processInfo.environment["TASKRAFT_RECORD_FORMATS"] != nil
    }

    /// Compares a whole text, and returns the committed one.
    func check(_ text: String) throws -> String {
        if Self.isRecording { try record(text) }
        let committed = try String(contentsOf: url, encoding: .utf8)
        let (found, wanted) = (lines(text), lines(committed))
        for place in 0..<max(found.count, wanted.count) {
            let new = place < found.count ? found[place] : "nothing"
            let old = place < wanted.count ? wanted[place] : "nothing"
            if new != old { Issue.record("\(name) has\n\(old)\nand is now\n\(new)\n\(why)") }
        }
        return committed
    }

    /// Compares values by their names, and returns the committed ones.
    func check(_ samples: [(name: String, bytes: [UInt8])]) throws -> [String: [UInt8]] {
        let text = samples.map { "\($0.name): \(Self.hex($0.bytes))\n" }.joined()
        let committed = try check(text)
        var values: [String: [UInt8]] = [:]
        for line in lines(committed) {
            let parts = line.split(separator: ":", maxSplits: 1)
            values[String(parts[0])] = parts.count < 2 ? [] : Self.bytes(parts[1])
        }
        return values
    }

    private var why: String {
        "The format changed. \(change) Then record it: "
            + "TASKRAFT_RECORD_FORMATS=1 swift test -c release --filter FormatTests"
    }

    private func lines(_ text: String) -> [Substring] {
        text.split(separator: "\n").filter { !$0.hasPrefix("--") && !$0.hasPrefix("#") }
    }

    private func record(_ text: String) throws {
        let mark = name.hasSuffix(".sql") ? "--" : "#"
        let comment = change.split(separator: "\n").map { "\(mark) \($0)\n" }.joined()
        try (comment + text).write(to: url, atomically: true, encoding: .utf8)
        Issue.record("\(name) was recorded: look at what changed, and run the tests again")
    }

    static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    static func bytes(_ hex: some StringProtocol) -> [UInt8] {
        let digits = hex.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count - 1, by: 2).map {
            UInt8(digits[$0] << 4 | digits[$0 + 1])
        }
    }
}
