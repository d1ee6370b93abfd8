/// Commands from the bytes of a connection, in whatever pieces they come. What it keeps is bounded
/// by a body and by what is given to it before `next` is asked.
package struct CommandParser: Sendable {
    /// A line with its end. Names of 200 bytes fit into every command.
    package static let lineBytes = 224

    private enum State {
        case line
        /// Too long: it is thrown away up to its end.
        case longLine
        case body(PutHead)
        /// So many bytes of a body that is too big.
        case skipping(UInt64)
    }

    private let bodyBytes: UInt32
    private var state = State.line
    private var buffer: [UInt8] = []
    /// How much of the buffer is done with.
    private var start = 0
    /// Up to where there is no end of the line.
    private var searched = 0

    package init(bodyBytes: UInt32) { self.bodyBytes = bodyBytes }

    /// What was given to it and is not part of a command yet.
    package var bytesHeld: Int { buffer.count - start }

    package mutating func append(_ bytes: [UInt8]) {
        if buffer.isEmpty {
            buffer = bytes
        } else {
            buffer.append(contentsOf: bytes)
        }
    }

    /// nil if more bytes are needed.
    package mutating func next() -> ClientInput? {
        switch state {
        case .line: nextLine()
        case .longLine: endLongLine()
        case .body(let head): bytesHeld >= Int(head.size) + 2 ? finish(head) : tidy()
        case .skipping(let left): skip(left) ?? tidy()
        }
    }

    private mutating func nextLine() -> ClientInput? {
        if let end = findLineEnd(within: Self.lineBytes) {
            let line = start..<end
            advance(to: end + 2)
            return parse(line)
        }
        if bytesHeld < Self.lineBytes { return tidy() }
        state = .longLine
        return endLongLine()
    }

    private mutating func endLongLine() -> ClientInput? {
        guard let end = findLineEnd(within: .max) else {
            // Its last byte may be the first half of the end.
            advance(to: buffer.last == UInt8(ascii: "\r") ? buffer.count - 1 : buffer.count)
            return tidy()
        }
        advance(to: end + 2)
        state = .line
        return .malformed(.badFormat, nil)
    }

    /// Where the first line end is that lies within so many bytes.
    private mutating func findLineEnd(within limit: Int) -> Int? {
        let end = min(buffer.count, start + min(limit, buffer.count))
        var place = max(start, searched)
        while place + 1 < end {
            if buffer[place] == UInt8(ascii: "\r"), buffer[place + 1] == UInt8(ascii: "\n") {
                return place
            }
            place += 1
        }
        searched = place
        return nil
    }

    private mutating func parse(_ range: Range<Int>) -> ClientInput {
        var line = LineReader(buffer, range)
        if line.hasZeroByte { return .malformed(.badFormat, nil) }
        guard let verb = line.takeVerb() else { return .malformed(.unknownCommand, nil) }
        if verb != .put { return line.parse(verb) }
        guard let head = PutHead(from: &line) else { return .malformed(.badFormat, nil) }
        if head.size > bodyBytes {
            state = .skipping(UInt64(head.size) + 2)
            return .putBegun(isTooBig: true)
        }
        guard line.isAtEnd else { return .malformed(.badFormat, .put) }
        state = .body(head)
        return .putBegun(isTooBig: false)
    }

    private mutating func finish(_ head: PutHead) -> ClientInput {
        let end = start + Int(head.size)
        let body = Array(buffer[start..<end])
        let isEnded = buffer[end] == UInt8(ascii: "\r") && buffer[end + 1] == UInt8(ascii: "\n")
        advance(to: end + 2)
        state = .line
        if !isEnded { return .malformed(.expectedLineEnd, nil) }
        return .command(
            .put(
                priority: head.priority, delay: head.delay, timeToRun: head.timeToRun, body: body),
            .put)
    }

    private mutating func skip(_ left: UInt64) -> ClientInput? {
        let count = min(left, UInt64(bytesHeld))
        advance(to: start + Int(count))
        state = count == left ? .line : .skipping(left - count)
        return count == left ? .malformed(.jobTooBig, nil) : nil
    }

    private mutating func advance(to place: Int) {
        start = place
        searched = place
    }

    /// Forgets what is done with. Called when more bytes are needed: once for what came at once.
    private mutating func tidy() -> ClientInput? {
        if start == buffer.count {
            buffer = []
        } else {
            buffer.removeSubrange(..<start)
        }
        searched -= start
        start = 0
        return nil
    }
}

/// A `put` whose body is still to come.
struct PutHead {
    let priority: UInt32
    let delay: UInt32
    let timeToRun: UInt32
    let size: UInt32

    init?(from line: inout LineReader) {
        guard let priority = line.readWord(), let delay = line.readWord(),
            let timeToRun = line.readWord(), let size = line.readWord()
        else { return nil }
        (self.priority, self.delay, self.timeToRun, self.size) = (priority, delay, timeToRun, size)
    }
}
