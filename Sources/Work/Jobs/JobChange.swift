/// What a command for jobs changed.
package enum JobChange: Hashable, Sendable {
    /// A new job came to be with this entry. Of one that is not new the body is as it was.
    case job(JobRecord, isNew: Bool)
    case jobRemoved(JobID)
    case queue(QueueRecord)
    case queueRemoved(QueueName)
    case session(SessionRecord)
    case sessionRemoved(SessionID)
    case unique(UniqueRecord)
    case uniqueRemoved(KeyName)
}

/// The scalars of the job queue, written with every batch.
package struct JobScalars: Hashable, Sendable {
    /// The next job gets this number: all below were given.
    package var nextJob: UInt64 = 1
    /// Orders what has no number of its own: queues, and jobs among the buried.
    package var nextPlace: UInt64 = 1
    package var timeouts: UInt64 = 0
    /// Over all jobs and queues: what a projection can be checked against.
    package var rowsHash: UInt64 = 0

    package init() {}
}
