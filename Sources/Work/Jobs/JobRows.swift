package import OrderedCollections

/// The rows of the job queue that a batch writes. Each record is written once, as it is at the
/// end; a job that came and went within the batch costs nothing.
package struct JobRows: Sendable {
    package enum Write: Sendable {
        /// The whole row. One that is not new is in the store already, with the same body.
        case upsert(JobRecord, isNew: Bool)
        case delete
        /// It was never in the store, and is not now.
        case skip
    }

    package private(set) var jobs: OrderedDictionary<JobID, Write> = [:]
    /// nil removes the row; so below.
    package private(set) var queues: OrderedDictionary<QueueName, QueueRecord?> = [:]
    package private(set) var sessions: OrderedDictionary<SessionID, SessionRecord?> = [:]
    package private(set) var uniques: OrderedDictionary<KeyName, UniqueRecord?> = [:]

    package init() {}

    /// Returns about how much memory the change takes.
    mutating func add(_ change: JobChange) -> Int {
        switch change {
        case .job(let job, let isNew):
            let known = jobs[job.id]
            jobs[job.id] = .upsert(job, isNew: isNew || known?.isNew ?? false)
            return known == nil ? 320 + job.body.count : 0
        case .jobRemoved(let id):
            jobs[id] = jobs[id]?.isNew ?? false ? .skip : .delete
            return 0
        case .queue(let queue): queues[queue.name] = .some(queue)
        case .queueRemoved(let name): queues.updateValue(nil, forKey: name)
        case .session(let session): sessions[session.id] = .some(session)
        case .sessionRemoved(let id): sessions.updateValue(nil, forKey: id)
        case .unique(let unique): uniques[unique.name] = .some(unique)
        case .uniqueRemoved(let name): uniques.updateValue(nil, forKey: name)
        }
        return 64
    }
}

extension JobRows.Write {
    fileprivate var isNew: Bool {
        if case .upsert(_, let isNew) = self { return isNew }
        return false
    }
}
