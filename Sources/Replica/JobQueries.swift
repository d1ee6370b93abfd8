package import Work

/// What a front wants to know of the job queue.
package enum JobQuery: Sendable, Hashable {
    case job(JobID)
    /// The job that a worker would get; that gets ready next; that was buried first.
    case first(JobState, QueueName)
    /// Jobs of a queue by rising number, in that state if one is given.
    case jobs(QueueName, JobState?, after: JobID?, limit: Int)
    case queue(QueueName)
    /// In the order in which they came to be.
    case queues
    /// Whether a worker that asks one of them now gets a job.
    case isReservable([QueueName])
}

/// The answer, of which the question says what is filled in.
package struct JobAnswer: Sendable {
    package var point: ReadPoint
    /// About now, in milliseconds, on the clock by which leases and delays end.
    package var clusterTime: UInt64
    /// Leases that ran out since the cluster began.
    package var timeouts: UInt64
    package var jobs: [JobRecord] = []
    package var queues: [QueueView] = []
    package var isReservable = false

    package init(point: ReadPoint, clusterTime: UInt64, timeouts: UInt64) {
        self.point = point
        self.clusterTime = clusterTime
        self.timeouts = timeouts
    }

    package mutating func fill(_ query: JobQuery, from jobs: JobTable) {
        switch query {
        case .job(let id): self.jobs = jobs.job(id).map { [$0] } ?? []
        case .first(let state, let queue):
            self.jobs = jobs.first(state, in: queue).map { [$0] } ?? []
        case .jobs(let queue, let state, let after, let limit):
            self.jobs = jobs.jobs(in: queue, state, after: after, limit: limit)
        case .queue(let name): queues = jobs.queue(named: name).map { [$0] } ?? []
        case .queues: queues = jobs.allQueues
        case .isReservable(let names): isReservable = names.contains { jobs.isReservable($0) }
        }
    }
}

/// How a wait for jobs ended.
package enum WaitOutcome: Sendable, Hashable {
    /// At least one job. Each lease lasts the job's whole time to run, from its grant on.
    case granted([JobRecord])
    case refused(JobRefusal)
    case stopping
}
