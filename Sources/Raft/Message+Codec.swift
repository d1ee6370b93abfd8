package import Wire

extension Message {
    package func encode(into writer: inout ByteWriter) {
        writer.writeVarint(term.rawValue)
        switch body {
        case .preVote(let last):
            writer.writeByte(1)
            writer.writePosition(last)
        case .preVoteResponse(let granted):
            writer.writeByte(2)
            writer.writeBool(granted)
        case .requestVote(let last, let transfer):
            writer.writeByte(3)
            writer.writePosition(last)
            writer.writeBool(transfer)
        case .requestVoteResponse(let granted):
            writer.writeByte(4)
            writer.writeBool(granted)
        case .appendEntries(let append):
            writer.writeByte(5)
            append.encode(into: &writer)
        case .appendEntriesResponse(let response):
            writer.writeByte(6)
            response.encode(into: &writer)
        case .timeoutNow:
            writer.writeByte(7)
        case .readIndex(let context):
            writer.writeByte(8)
            writer.writeVarint(context)
        case .readIndexResponse(let context, let index):
            writer.writeByte(9)
            writer.writeVarint(context)
            writer.writeOptional(index) { $0.writeVarint($1.rawValue) }
        }
    }

    package init(from reader: inout ByteReader) throws(WireError) {
        term = try reader.readTerm()
        switch try reader.readByte() {
        case 1: body = .preVote(last: try reader.readPosition())
        case 2: body = .preVoteResponse(granted: try reader.readBool())
        case 3:
            let last = try reader.readPosition()
            body = .requestVote(last: last, transfer: try reader.readBool())
        case 4: body = .requestVoteResponse(granted: try reader.readBool())
        case 5: body = .appendEntries(try AppendEntries(from: &reader, sentIn: term))
        case 6: body = .appendEntriesResponse(try AppendEntriesResponse(from: &reader))
        case 7: body = .timeoutNow
        case 8: body = .readIndex(context: try reader.readVarint())
        case 9:
            let context = try reader.readVarint()
            body = .readIndexResponse(
                context: context,
                index: try reader.readOptional { reader throws(WireError) in
                    try reader.readIndex()
                })
        case let other: throw .unknownTag(other)
        }
    }
}

extension AppendEntries {
    /// Entries follow `previous` without gaps, so only their terms are written.
    fileprivate func encode(into writer: inout ByteWriter) {
        writer.writePosition(previous)
        writer.writeVarint(commit.rawValue)
        writer.writeVarint(round)
        writer.writeVarint(UInt64(entries.count))
        for entry in entries {
            writer.writeVarint(entry.term.rawValue)
            writer.writeByte(entry.kind.rawValue)
            writer.writeBytes(entry.payload)
        }
    }

    /// Terms never fall along a log, and no log is ahead of its leader's term.
    fileprivate init(from reader: inout ByteReader, sentIn leaderTerm: Term) throws(WireError) {
        previous = try reader.readPosition()
        commit = try reader.readIndex()
        round = try reader.readVarint()
        let count = try reader.readCount(limit: Bounds.entriesPerMessage)
        entries = []
        // An entry takes three bytes at least: a count alone takes no memory.
        entries.reserveCapacity(min(count, reader.remaining / 3))
        var (term, index) = (previous.term, previous.index)
        for _ in 0..<count {
            index = index.next
            let next = try reader.readTerm()
            if next < term { throw .invalidValue }
            term = next
            let raw = try reader.readByte()
            guard let kind = EntryKind(rawValue: raw) else { throw .unknownTag(raw) }
            let payload = Array(try reader.readBytes(limit: Bounds.entryBytes))
            entries.append(
                Entry(position: LogPosition(term: term, index: index), kind: kind, payload: payload))
        }
        if term > leaderTerm { throw .invalidValue }
    }
}

extension AppendEntriesResponse {
    fileprivate func encode(into writer: inout ByteWriter) {
        switch outcome {
        case .accepted(let match):
            writer.writeByte(1)
            writer.writeVarint(match.rawValue)
        case .rejected(let previous, let hint):
            writer.writeByte(2)
            writer.writeVarint(previous.rawValue)
            writer.writePosition(hint)
        }
        writer.writeVarint(round)
    }

    fileprivate init(from reader: inout ByteReader) throws(WireError) {
        switch try reader.readByte() {
        case 1: outcome = .accepted(match: try reader.readIndex())
        case 2:
            let previous = try reader.readIndex()
            outcome = .rejected(previous: previous, hint: try reader.readPosition())
        case let other: throw .unknownTag(other)
        }
        round = try reader.readVarint()
    }
}

extension ByteWriter {
    fileprivate mutating func writePosition(_ position: LogPosition) {
        writeVarint(position.term.rawValue)
        writeVarint(position.index.rawValue)
    }
}

extension ByteReader {
    fileprivate mutating func readTerm() throws(WireError) -> Term { Term(try readNumber()) }

    fileprivate mutating func readIndex() throws(WireError) -> LogIndex {
        LogIndex(try readNumber())
    }

    /// A term or an index. No cluster ever gets near the limit, and it is so far from the end of
    /// the type that nothing that counts on from it overflows.
    private mutating func readNumber() throws(WireError) -> UInt64 {
        let value = try readVarint()
        if value > 1 << 62 { throw .invalidValue }
        return value
    }

    fileprivate mutating func readPosition() throws(WireError) -> LogPosition {
        let term = try readTerm()
        return LogPosition(term: term, index: try readIndex())
    }
}
