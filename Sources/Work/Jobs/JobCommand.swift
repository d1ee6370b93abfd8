/// What a client, or the leader, asks the job queue to do. Times are in milliseconds.
package enum JobCommand: Hashable, Sendable {
    /// All or none, except those whose unique key stands for another job.
    case put(QueueName, [NewJob])
    case reserve(Reservation)
    /// One job by its number, from any state but reserved, whatever is paused.
    case reserveJob(JobID, SessionID, isAttached: Bool)
    /// The lease lasts its whole time to run from now on.
    case touch(JobID, Holder)
    /// Done: the job leaves.
    case complete(JobID, Holder)
    /// Tried again by its policy, or buried. Chance, for the jitter, comes from the proposer.
    case fail(JobID, Holder, error: String, chance: UInt16)
    /// Back into the queue; nil keeps the priority.
    case release(JobID, Holder, priority: UInt32?, delay: UInt64)
    case bury(JobID, Holder, priority: UInt32?)
    /// Any job that nobody else holds.
    case delete(JobID, Holder?)
    /// Reservations that nobody was told of: as if they had never been.
    case undo([Lease])
    /// At most so many: of the buried, the oldest first; if none is buried, of the delayed, the
    /// soonest first.
    case kick(QueueName, Int)
    /// Those of them that are buried or delayed.
    case kickJobs([JobID])
    /// Everything buried so far.
    case kickAll(QueueName)
    /// Deletes what waits in the queue now; what is reserved stays.
    case purge(QueueName)
    /// No job is given out for so long; 0 resumes, nil is until resumed.
    case pause(QueueName, UInt64?)
    case configure(QueueName, QueueSettings)
    /// Deletes the queue with all that is in it now, reserved jobs too.
    case deleteQueue(QueueName)
    /// Releases what the session holds. A session that is not attached may keep its leases.
    case closeSession(SessionID, keepsLeases: Bool)
    /// The sessions of this origin whose number is below. To be repeated while there are more.
    case closeSessions(Origin, below: UInt64)
    /// The leader found these due; those that are, in apply's eyes, end.
    case expire([Lease], [QueueName])
    /// The leader goes on with what takes more than one entry.
    case proceed(Unfinished)

    /// The machine version that brought the command in this form.
    package var machineVersion: UInt32 {
        if case .put(_, let jobs) = self, Self.isTraced(jobs) { return 4 }
        return 2
    }

    /// Whether some of the jobs say more than machine version 2 knew.
    static func isTraced(_ jobs: [NewJob]) -> Bool {
        jobs.contains { $0.traceparent != nil }
    }
}

/// A job as a client hands it in.
package struct NewJob: Hashable, Sendable {
    package enum Start: Hashable, Sendable {
        case after(UInt64)
        /// By the wall clock as it stands when the entry is applied.
        case at(Timestamp)
    }

    package struct Unique: Hashable, Sendable {
        package var text: String
        /// How long the key stands at least, in milliseconds.
        package var window: UInt64

        package init(text: String, window: UInt64) {
            self.text = text
            self.window = window
        }
    }

    package var priority: UInt32
    package var start: Start
    package var timeToRun: UInt64
    package var retry: RetryPolicy
    package var unique: Unique?
    /// Handed on to whoever works on it; from machine version 4 on.
    package var traceparent: TraceParent?
    package var body: [UInt8]

    package init(
        priority: UInt32 = 0, start: Start = .after(0), timeToRun: UInt64 = 60_000,
        retry: RetryPolicy = .none, unique: Unique? = nil, traceparent: TraceParent? = nil,
        body: [UInt8]
    ) {
        self.priority = priority
        self.start = start
        self.timeToRun = timeToRun
        self.retry = retry
        self.unique = unique
        self.traceparent = traceparent
        self.body = body
    }
}

/// A worker's wish for jobs.
///
/// Who waits is known to the leader alone, and waiters register anew after an election: an idle
/// worker costs no entry, and put, reserve and delete of a job are three. The leader proposes a
/// reservation only when a job is ready, for the oldest waiter first; which job it gets is decided
/// by apply. Waiters in the replicated state would save the second round when a worker waits
/// already, but then every poll of an idle worker is an entry, and another when it times out.
package struct Reservation: Hashable, Sendable {
    package var session: SessionID
    package var isAttached: Bool
    /// Rising within the session. A wait is granted jobs once at most, however often it is
    /// proposed, and by whichever leader.
    package var wait: UInt64
    /// Rising and without repetition: the order says nothing.
    package var queues: [QueueName]
    package var max: Int

    package init(
        session: SessionID, isAttached: Bool, wait: UInt64, queues: some Sequence<QueueName>,
        max: Int
    ) {
        self.session = session
        self.isAttached = isAttached
        self.wait = wait
        self.queues = Set(queues).sorted()
        self.max = max
    }
}
