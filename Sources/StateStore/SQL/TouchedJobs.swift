import OrderedCollections
import Wire
package import Work

/// What one batch changed of the job queue, by name: which jobs and queues it wrote or removed.
///
/// A projection that is at an index asks for the lists behind it, and for each job and queue in
/// them as it is now: if it is not there, it goes from the projection too. Tasks have a column
/// that says when they changed, and leave a tombstone; jobs have neither. They leave all the time,
/// and a tombstone for each would be a row for each. An index by change would have to be followed
/// with each of the few steps of a job's short life, and the rows would no longer be the same on
/// every node, since batches are not. A list takes two or three bytes for each job, survives a
/// restart, and lists that grew too many are forgotten: then all jobs are copied again.
package struct TouchedJobs: Hashable, Sendable, StoredRow {
    /// The last entry of the batch.
    package var index: UInt64
    /// Rising.
    package var jobs: [JobID]
    package var queues: [QueueName]

    package static var table: Table { .touches }

    package init(index: UInt64, jobs: [JobID], queues: [QueueName]) {
        self.index = index
        self.jobs = jobs
        self.queues = queues
    }

    /// A job that came and went within the batch was never anywhere else.
    init(_ rows: JobRows, index: UInt64) {
        var jobs: [JobID] = []
        for (id, write) in rows.jobs {
            if case .skip = write { continue }
            jobs.append(id)
        }
        self.init(index: index, jobs: jobs.sorted(), queues: Array(rows.queues.keys))
    }

    var isEmpty: Bool { jobs.isEmpty && queues.isEmpty }

    package var values: [SQLValue] {
        var writer = ByteWriter(capacity: 16 + 2 * jobs.count + 16 * queues.count)
        RisingNumbers.write(jobs.map(\.rawValue), to: &writer)
        writer.writeVarint(UInt64(queues.count))
        for queue in queues { writer.writeString(queue.text) }
        return [.unsigned(index), .blob(writer.bytes)]
    }

    package init(row: inout SQLRow) throws {
        let index = try row.unsigned()
        var reader = ByteReader(try row.blob())
        do {
            let jobs = try RisingNumbers.read(from: &reader, limit: reader.remaining)
            var queues: [QueueName] = []
            for _ in 0..<(try reader.readCount(limit: Limits.queues)) {
                let text = try reader.readString(limit: Limits.queueNameBytes)
                guard let name = QueueName(text) else { throw WireError.invalidValue }
                queues.append(name)
            }
            try reader.finish()
            self.init(index: index, jobs: jobs.map { JobID($0) }, queues: queues)
        } catch {
            throw row.unexpected("jobs and queues")
        }
    }
}

/// Which lists the base keeps: two generations, the older of which goes when the newer is full.
struct TouchedLists {
    /// What one generation may take, about.
    let bytesMax: Int
    /// What the newer takes.
    private var bytes = 0
    /// The last list of the older generation; 0 if there is none.
    private var end: UInt64 = 0

    /// What a row takes beside its list.
    private static let rowBytes = 32

    init(bytesMax: Int) { self.bytesMax = bytesMax }

    /// A list of an earlier run, newest first.
    mutating func found(_ size: Int, at index: UInt64) {
        if end > 0 { return }
        bytes += Self.rowBytes + size
        guard bytes > bytesMax else { return }
        bytes -= Self.rowBytes + size
        end = index
    }

    /// A list was written. Returns up to where lists are to be forgotten now, if any are.
    mutating func written(_ size: Int, at index: UInt64) -> UInt64? {
        bytes += Self.rowBytes + size
        guard bytes > bytesMax else { return nil }
        defer { (bytes, end) = (0, index) }
        return end > 0 ? end : nil
    }
}
