/// What apply answers to a command for jobs.
package enum JobReply: Hashable, Sendable {
    /// In the order of the request.
    case put([PutResult])
    /// The jobs that are now held, the most urgent first; none if none was ready. Their bodies
    /// and leases are in the records.
    case reserved([JobRecord])
    /// The job as it is now.
    case job(JobRecord)
    case removed(JobID)
    /// So many jobs so far, and whether there are more: the leader goes on by itself.
    case moved(Int, more: Bool)
}

package enum PutResult: Hashable, Sendable {
    case inserted(JobID)
    /// The key stands for this job.
    case duplicate(JobID)
}

package enum JobRefusal: Error, Hashable, Sendable {
    case jobNotFound(JobID)
    /// The job is there, but not in the state that the request is for, or somebody else's.
    case notHeld(JobID)
    case queueNotFound(QueueName)
    case queueFull(QueueName)
    case bodyTooLong(limit: UInt64)
    case queuesFull
    case sessionsFull
    case keysFull
    case sessionClosed
    /// This wait was granted before, or a later one of its session.
    case waitOver
    case stateFull
}
