package import Wire

extension NewJob {
    func encode(into writer: inout ByteWriter) {
        writer.writeVarint(UInt64(priority))
        switch start {
        case .after(let delay):
            writer.writeByte(0)
            writer.writeVarint(delay)
        case .at(let time):
            writer.writeByte(1)
            writer.writeSigned(time.milliseconds)
        }
        writer.writeVarint(timeToRun)
        writer.writeOptional(retry == .none ? nil : retry) { $1.encode(into: &$0) }
        writer.writeOptional(unique) {
            $0.writeString($1.text)
            $0.writeVarint($1.window)
        }
        writer.writeBytes(body)
    }

    init(from reader: inout ByteReader) throws(WireError) {
        priority = try reader.readWord()
        switch try reader.readByte() {
        case 0: start = .after(try reader.readSpan())
        case 1: start = .at(Timestamp(milliseconds: try reader.readSigned()))
        case let other: throw .unknownTag(other)
        }
        timeToRun = try reader.readSpan()
        retry =
            try reader.readOptional { reader throws(WireError) in
                try RetryPolicy(from: &reader)
            } ?? .none
        unique = try reader.readOptional { reader throws(WireError) in
            let text = try reader.readLine(limit: Limits.keyBytes)
            return Unique(text: text, window: try reader.readSpan())
        }
        body = Array(try reader.readBytes(limit: Limits.jobBytes))
    }

    /// With its trace, if it has one, behind what every job has.
    init(tracedFrom reader: inout ByteReader) throws(WireError) {
        try self.init(from: &reader)
        traceparent = try reader.readOptional { reader throws(WireError) in
            try TraceParent(from: &reader)
        }
    }
}

extension RetryPolicy {
    fileprivate func encode(into writer: inout ByteWriter) {
        writer.writeVarint(UInt64(attempts))
        writer.writeVarint(UInt64(base))
        writer.writeVarint(UInt64(longest))
        writer.writeByte(growth.rawValue)
        writer.writeByte(jitter)
    }

    fileprivate init(from reader: inout ByteReader) throws(WireError) {
        attempts = try reader.readWord()
        base = try reader.readWord()
        longest = try reader.readWord()
        let raw = try reader.readByte()
        guard let growth = Growth(rawValue: raw) else { throw .unknownTag(raw) }
        self.growth = growth
        jitter = try reader.readByte()
    }
}

extension Reservation {
    package func encode(into writer: inout ByteWriter) {
        writer.writeSession(session)
        writer.writeBool(isAttached)
        writer.writeVarint(wait)
        writer.writeList(queues) { $0.writeString($1.text) }
        writer.writeVarint(UInt64(max))
    }

    package init(from reader: inout ByteReader) throws(WireError) {
        session = try reader.readSession()
        isAttached = try reader.readBool()
        wait = try reader.readVarint()
        queues = try reader.readList { reader throws(WireError) in try reader.readQueue() }
        for place in queues.indices.dropFirst() where queues[place] <= queues[place - 1] {
            throw .invalidValue
        }
        max = try reader.readCount(limit: Limits.jobsPerCommand)
    }
}

extension ByteWriter {
    package mutating func writeSession(_ session: SessionID) {
        writeVarint(session.origin.node)
        writeFixed(session.origin.incarnation)
        writeVarint(session.number)
    }

    mutating func writeLease(_ lease: Lease) {
        writeVarint(lease.job.rawValue)
        writeVarint(UInt64(lease.generation))
    }

    mutating func writeHolder(_ holder: Holder) {
        switch holder {
        case .session(let session):
            writeByte(0)
            writeSession(session)
        case .lease(let generation):
            writeByte(1)
            writeVarint(UInt64(generation))
        }
    }

    mutating func writeList<Value>(
        _ values: [Value], _ write: (inout ByteWriter, Value) -> Void
    ) {
        writeVarint(UInt64(values.count))
        for value in values { write(&self, value) }
    }
}

extension ByteReader {
    mutating func readWord() throws(WireError) -> UInt32 {
        guard let value = UInt32(exactly: try readVarint()) else { throw .tooLong }
        return value
    }

    mutating func readPriority() throws(WireError) -> UInt32? {
        try readOptional { reader throws(WireError) in try reader.readWord() }
    }

    mutating func readLimit() throws(WireError) -> UInt64? {
        try readOptional { reader throws(WireError) in try reader.readVarint() }
    }

    /// A stretch of time in milliseconds, which can be added to any time without an overflow.
    mutating func readSpan() throws(WireError) -> UInt64 {
        let span = try readVarint()
        guard span <= Limits.jobSpan else { throw .tooLong }
        return span
    }

    mutating func readJob() throws(WireError) -> JobID { JobID(try readVarint()) }

    mutating func readQueue() throws(WireError) -> QueueName {
        guard let name = QueueName(try readString(limit: Limits.queueNameBytes)) else {
            throw .invalidValue
        }
        return name
    }

    package mutating func readSession() throws(WireError) -> SessionID {
        let node = try readVarint()
        let origin = Origin(node: node, incarnation: try readFixed())
        return SessionID(origin: origin, number: try readVarint())
    }

    mutating func readLease() throws(WireError) -> Lease {
        let job = try readJob()
        return Lease(job: job, generation: try readWord())
    }

    mutating func readHolder() throws(WireError) -> Holder {
        switch try readByte() {
        case 0: return .session(try readSession())
        case 1: return .lease(try readWord())
        case let other: throw .unknownTag(other)
        }
    }

    /// No list of a command is longer than what it may touch.
    mutating func readList<Value>(
        limit: Int = Limits.jobsPerCommand, _ read: (inout ByteReader) throws(WireError) -> Value
    ) throws(WireError) -> [Value] {
        let count = try readCount(limit: limit)
        var values: [Value] = []
        for _ in 0..<count { values.append(try read(&self)) }
        return values
    }
}
