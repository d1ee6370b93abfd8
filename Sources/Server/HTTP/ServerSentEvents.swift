import NIOCore
import Node

/// Some events of a stream, as they go over the wire in one piece.
struct ServerSentEvents {
    private(set) var buffer = ByteBuffer()

    var isEmpty: Bool { buffer.readableBytes == 0 }

    /// How soon to come back after a loss, and from where. No event comes of it.
    mutating func start(retryMilliseconds: Int, id: EventPosition?) {
        buffer.writeString("retry: \(retryMilliseconds)\n")
        write(id)
        buffer.writeString("\n")
    }

    /// JSON has no line breaks outside of strings, and escaped ones inside: one line of data.
    mutating func event(
        _ name: StaticString, id: EventPosition?, _ data: (inout JSONWriter) -> Void
    ) {
        buffer.writeString("event: ")
        buffer.writeStaticString(name)
        buffer.writeString("\n")
        write(id)
        buffer.writeString("data: ")
        var writer = JSONWriter()
        data(&writer)
        buffer.writeBytes(writer.bytes)
        buffer.writeString("\n\n")
    }

    /// The client missed events and has to read everything anew.
    mutating func reset(id: EventPosition?) {
        event("reset", id: id) { $0.object { _ in } }
    }

    /// Keeps proxies from closing a silent connection.
    mutating func comment(_ text: StaticString) {
        buffer.writeString(": ")
        buffer.writeStaticString(text)
        buffer.writeString("\n\n")
    }

    private mutating func write(_ id: EventPosition?) {
        if let id { buffer.writeString("id: \(id.index).\(id.ordinal)\n") }
    }
}
