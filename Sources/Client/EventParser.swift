/// One server-sent event.
package struct ServerEvent: Hashable, Sendable {
    package var name: String
    package var data: String

    package init(name: String, data: String) {
        self.name = name
        self.data = data
    }
}

/// Reads server-sent events out of a stream's bytes, however they are cut (WHATWG HTML, 9.2).
package struct EventParser: Sendable {
    /// More than the longest event: a task with 64 KiB of description, each byte escaped.
    private static let bytesMax = 1 << 20

    package struct TooLong: Error, CustomStringConvertible {
        package var description: String { "an event that is longer than any node sends" }
    }

    /// Of the last event, or of the greeting: where the stream goes on, on any node.
    package private(set) var lastID: String?
    private var line: [UInt8] = []
    private var name = ""
    private var data: [String] = []
    private var dataBytes = 0
    private var id: String?

    package init() {}

    /// A new connection begins with a new line; what was cut off comes again.
    package mutating func restart() {
        var fresh = EventParser()
        fresh.lastID = lastID
        self = fresh
    }

    package mutating func feed(_ bytes: some Sequence<UInt8>) throws(TooLong) -> [ServerEvent] {
        var events: [ServerEvent] = []
        for byte in bytes {
            if byte != UInt8(ascii: "\n") {
                line.append(byte)
                if line.count > Self.bytesMax { throw TooLong() }
                continue
            }
            if line.last == UInt8(ascii: "\r") { line.removeLast() }
            if line.isEmpty {
                if let event = finish() { events.append(event) }
            } else {
                try take(String(decoding: line, as: UTF8.self))
            }
            line.removeAll(keepingCapacity: true)
        }
        return events
    }

    private mutating func take(_ line: String) throws(TooLong) {
        let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        var value = parts.count == 2 ? parts[1] : ""
        if value.first == " " { value.removeFirst() }
        switch parts[0] {
        case "event": name = String(value)
        case "id": id = String(value)
        case "data":
            dataBytes += value.utf8.count
            if dataBytes > Self.bytesMax { throw TooLong() }
            data.append(String(value))
        // Comments begin with a colon; other fields mean nothing here.
        default: break
        }
    }

    private mutating func finish() -> ServerEvent? {
        defer { (name, data, dataBytes, id) = ("", [], 0, nil) }
        if let id { lastID = id }
        guard !data.isEmpty else { return nil }
        return ServerEvent(
            name: name.isEmpty ? "message" : name, data: data.joined(separator: "\n"))
    }
}
