import Wire
import Work

/// Hashes over whole tables, read in pages, so that memory stays bounded.
struct RowsDigest {
    let reader: TaskReader
    var page = 1_000
    /// Bodies are long.
    var jobsPage = 200

    /// What does not have the hash that the scalars say; nil if everything does.
    func difference(from scalars: StateScalars) throws -> String? {
        if try live() != scalars.rowsHash {
            return "its tasks or nodes do not have the hash stored with them"
        }
        if try jobs() != scalars.jobs.rowsHash {
            return "its jobs or queues do not have the hash stored with them"
        }
        if try items() != scalars.items.rowsHash {
            return "its boards, users, tokens, views or comments do not have the hash stored with "
                + "them"
        }
        return nil
    }

    /// Over live tasks and nodes: what `StateScalars.rowsHash` holds.
    private func live() throws -> UInt64 {
        var hash = StateHash()
        for node in try reader.nodes() { hash.add(node.hash) }
        var last: TaskID?
        while true {
            let tasks = try reader.tasks(after: last, limit: page, status: nil)
            for task in tasks { hash.add(task.hash) }
            guard tasks.count == page else { return hash.value }
            last = tasks.last?.id
        }
    }

    /// Over jobs and queues: what `JobScalars.rowsHash` holds.
    private func jobs() throws -> UInt64 {
        var hash = StateHash()
        var lastQueue: QueueName?
        repeat {
            let queues = try reader.queues(after: lastQueue, limit: page)
            for queue in queues { hash.add(queue.hash) }
            lastQueue = queues.count == page ? queues.last?.name : nil
        } while lastQueue != nil
        var lastJob: JobID?
        repeat {
            let jobs = try reader.jobs(after: lastJob, limit: jobsPage)
            for job in jobs { hash.add(job.hash) }
            lastJob = jobs.count == jobsPage ? jobs.last?.id : nil
        } while lastJob != nil
        return hash.value
    }

    /// Over all items: what `ItemScalars.rowsHash` holds.
    private func items() throws -> UInt64 {
        var hash = StateHash()
        try reader.forEachItem { if $0.life.deletedAt == nil { hash.add($0.hash) } }
        return hash.value
    }

    /// Over what never changes again: tombstones and steps, up to the entry at `index`.
    func settled(through index: UInt64) throws -> UInt64 {
        var hash = StateHash()
        try forEachTombstone { if $0.changedIndex <= index { hash.add($0.hash) } }
        try reader.forEachItem { item in
            if item.life.deletedAt != nil, item.life.changedIndex <= index { hash.add(item.hash) }
        }
        var place = ChangePlace.start
        while true {
            let steps = try reader.history(from: place, limit: page)
            for step in steps where step.index <= index { hash.add(step.hash) }
            guard let last = steps.last, steps.count == page, last.index <= index else {
                return hash.value
            }
            place = last.changePlace
        }
    }

    private func forEachTombstone(_ body: (TaskRecord) -> Void) throws {
        var last: TaskID?
        while true {
            let tombstones = try reader.tombstones(after: last, limit: page)
            tombstones.forEach(body)
            guard tombstones.count == page else { return }
            last = tombstones.last?.id
        }
    }
}

extension HistoryRecord {
    fileprivate var hash: UInt64 {
        var writer = ByteWriter(capacity: 128 + changes.utf8.count)
        writer.writeVarint(index)
        writer.writeVarint(UInt64(ordinal))
        writer.writeVarint(term)
        writer.writeVarint(task.rawValue)
        writer.writeByte(step.rawValue)
        writer.writeOptional(actor) { $0.writeString($1) }
        writer.writeVarint(node)
        writer.writeSigned(time.milliseconds)
        writer.writeString(changes)
        return Hash64.hash(writer.bytes, seed: 8)
    }
}
