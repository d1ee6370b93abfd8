package import Wire

extension JobCommand {
    private enum Tag: UInt8 {
        case put = 1
        case reserve, reserveJob, touch, complete, fail, release, bury, delete, undo
        case kick, kickJobs, kickAll, purge, pause, configure, deleteQueue
        case closeSession, closeSessions, expire, proceed
        /// A put of jobs some of which belong to a trace.
        case putTraced
    }

    package func encode(into writer: inout ByteWriter) {
        switch self {
        case .put, .reserve, .reserveJob: encodePut(&writer)
        case .touch, .complete, .fail, .release, .bury, .delete, .undo: encodeHeld(&writer)
        case .kick, .kickJobs, .kickAll, .purge, .pause, .configure, .deleteQueue:
            encodeQueue(&writer)
        case .closeSession, .closeSessions, .expire, .proceed: encodeUpkeep(&writer)
        }
    }

    private func encodePut(_ writer: inout ByteWriter) {
        switch self {
        case .put(let queue, let jobs) where Self.isTraced(jobs):
            writer.write(Tag.putTraced, queue)
            writer.writeList(jobs) {
                $1.encode(into: &$0)
                $0.writeOptional($1.traceparent) { $1.encode(into: &$0) }
            }
        case .put(let queue, let jobs):
            writer.write(Tag.put, queue)
            writer.writeList(jobs) { $1.encode(into: &$0) }
        case .reserve(let reservation):
            writer.writeByte(Tag.reserve.rawValue)
            reservation.encode(into: &writer)
        case .reserveJob(let id, let session, let isAttached):
            writer.write(Tag.reserveJob, id)
            writer.writeSession(session)
            writer.writeBool(isAttached)
        default: preconditionFailure("Another function writes it.")
        }
    }

    private func encodeHeld(_ writer: inout ByteWriter) {
        switch self {
        case .touch(let id, let holder): writer.write(Tag.touch, id, holder)
        case .complete(let id, let holder): writer.write(Tag.complete, id, holder)
        case .fail(let id, let holder, let error, let chance):
            writer.write(Tag.fail, id, holder)
            writer.writeString(error)
            writer.writeFixed(chance)
        case .release(let id, let holder, let priority, let delay):
            writer.write(Tag.release, id, holder)
            writer.writeOptional(priority) { $0.writeVarint(UInt64($1)) }
            writer.writeVarint(delay)
        case .bury(let id, let holder, let priority):
            writer.write(Tag.bury, id, holder)
            writer.writeOptional(priority) { $0.writeVarint(UInt64($1)) }
        case .delete(let id, let holder):
            writer.write(Tag.delete, id)
            writer.writeOptional(holder) { $0.writeHolder($1) }
        case .undo(let leases):
            writer.writeByte(Tag.undo.rawValue)
            writer.writeList(leases) { $0.writeLease($1) }
        default: preconditionFailure("Another function writes it.")
        }
    }

    private func encodeQueue(_ writer: inout ByteWriter) {
        switch self {
        case .kick(let queue, let count):
            writer.write(Tag.kick, queue)
            writer.writeVarint(UInt64(count))
        case .kickJobs(let ids):
            writer.writeByte(Tag.kickJobs.rawValue)
            writer.writeList(ids) { $0.writeVarint($1.rawValue) }
        case .kickAll(let queue): writer.write(Tag.kickAll, queue)
        case .purge(let queue): writer.write(Tag.purge, queue)
        case .pause(let queue, let duration):
            writer.write(Tag.pause, queue)
            writer.writeOptional(duration) { $0.writeVarint($1) }
        case .configure(let queue, let settings):
            writer.write(Tag.configure, queue)
            for limit in [settings.length, settings.body, settings.concurrency] {
                writer.writeOptional(limit) { $0.writeVarint($1) }
            }
        case .deleteQueue(let queue): writer.write(Tag.deleteQueue, queue)
        default: preconditionFailure("Another function writes it.")
        }
    }

    private func encodeUpkeep(_ writer: inout ByteWriter) {
        switch self {
        case .closeSession(let session, let keepsLeases):
            writer.writeByte(Tag.closeSession.rawValue)
            writer.writeSession(session)
            writer.writeBool(keepsLeases)
        case .closeSessions(let origin, let below):
            writer.writeByte(Tag.closeSessions.rawValue)
            writer.writeSession(SessionID(origin: origin, number: below))
        case .expire(let leases, let queues):
            writer.writeByte(Tag.expire.rawValue)
            writer.writeList(leases) { $0.writeLease($1) }
            writer.writeList(queues) { $0.writeString($1.text) }
        case .proceed(.session(let session)):
            writer.writeByte(Tag.proceed.rawValue)
            writer.writeBool(true)
            writer.writeSession(session)
        case .proceed(.queue(let queue)):
            writer.writeByte(Tag.proceed.rawValue)
            writer.writeBool(false)
            writer.writeString(queue.text)
        default: preconditionFailure("Another function writes it.")
        }
    }

    package init(from reader: inout ByteReader) throws(WireError) {
        let raw = try reader.readByte()
        guard let tag = Tag(rawValue: raw) else { throw .unknownTag(raw) }
        switch tag {
        case .put, .putTraced, .reserve, .reserveJob: self = try Self.put(tag, &reader)
        case .touch, .complete, .fail, .release, .bury, .delete, .undo:
            self = try Self.held(tag, &reader)
        case .kick, .kickJobs, .kickAll, .purge, .pause, .configure, .deleteQueue:
            self = try Self.queue(tag, &reader)
        case .closeSession, .closeSessions, .expire, .proceed:
            self = try Self.upkeep(tag, &reader)
        }
    }

    private static func put(
        _ tag: Tag, _ reader: inout ByteReader
    ) throws(WireError) -> JobCommand {
        switch tag {
        case .put:
            let queue = try reader.readQueue()
            return .put(
                queue,
                try reader.readList { reader throws(WireError) in try NewJob(from: &reader) })
        case .putTraced:
            let queue = try reader.readQueue()
            let jobs = try reader.readList { reader throws(WireError) in
                try NewJob(tracedFrom: &reader)
            }
            // Tag 1 is for jobs without a trace.
            if !isTraced(jobs) { throw .invalidValue }
            return .put(queue, jobs)
        case .reserve: return .reserve(try Reservation(from: &reader))
        default:
            let id = try reader.readJob()
            let session = try reader.readSession()
            return .reserveJob(id, session, isAttached: try reader.readBool())
        }
    }

    private static func held(
        _ tag: Tag, _ reader: inout ByteReader
    ) throws(WireError) -> JobCommand {
        if tag == .undo {
            return .undo(
                try reader.readList { reader throws(WireError) in try reader.readLease() })
        }
        let id = try reader.readJob()
        if tag == .delete {
            return .delete(
                id,
                try reader.readOptional { reader throws(WireError) in try reader.readHolder() })
        }
        let holder = try reader.readHolder()
        switch tag {
        case .touch: return .touch(id, holder)
        case .complete: return .complete(id, holder)
        case .fail:
            let error = try reader.readString(limit: Limits.jobErrorBytes)
            return .fail(id, holder, error: error, chance: try reader.readFixed())
        case .release:
            let priority = try reader.readPriority()
            return .release(id, holder, priority: priority, delay: try reader.readSpan())
        default: return .bury(id, holder, priority: try reader.readPriority())
        }
    }

    private static func queue(
        _ tag: Tag, _ reader: inout ByteReader
    ) throws(WireError) -> JobCommand {
        if tag == .kickJobs {
            return .kickJobs(
                try reader.readList { reader throws(WireError) in try reader.readJob() })
        }
        let queue = try reader.readQueue()
        switch tag {
        case .kick:
            return .kick(queue, try reader.readCount(limit: Limits.jobsPerCommand))
        case .kickAll: return .kickAll(queue)
        case .purge: return .purge(queue)
        case .pause:
            return .pause(
                queue,
                try reader.readOptional { reader throws(WireError) in try reader.readSpan() })
        case .configure:
            let length = try reader.readLimit()
            let body = try reader.readLimit()
            return .configure(
                queue,
                QueueSettings(length: length, body: body, concurrency: try reader.readLimit()))
        default: return .deleteQueue(queue)
        }
    }

    private static func upkeep(
        _ tag: Tag, _ reader: inout ByteReader
    ) throws(WireError) -> JobCommand {
        switch tag {
        case .closeSession:
            let session = try reader.readSession()
            return .closeSession(session, keepsLeases: try reader.readBool())
        case .closeSessions:
            let session = try reader.readSession()
            return .closeSessions(session.origin, below: session.number)
        case .expire:
            let leases = try reader.readList { reader throws(WireError) in
                try reader.readLease()
            }
            let queues = try reader.readList { reader throws(WireError) in
                try reader.readQueue()
            }
            return .expire(leases, queues)
        default:
            return try reader.readBool()
                ? .proceed(.session(try reader.readSession()))
                : .proceed(.queue(try reader.readQueue()))
        }
    }
}

extension ByteWriter {
    fileprivate mutating func write(_ tag: some RawRepresentable<UInt8>, _ queue: QueueName) {
        writeByte(tag.rawValue)
        writeString(queue.text)
    }

    fileprivate mutating func write(_ tag: some RawRepresentable<UInt8>, _ id: JobID) {
        writeByte(tag.rawValue)
        writeVarint(id.rawValue)
    }

    fileprivate mutating func write(
        _ tag: some RawRepresentable<UInt8>, _ id: JobID, _ holder: Holder
    ) {
        write(tag, id)
        writeHolder(holder)
    }
}
