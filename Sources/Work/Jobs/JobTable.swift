import DequeModule

/// The job queue: a deterministic machine, a part of the replicated state. Time comes in with each
/// entry; what must happen at a time is in heaps, and done when the leader proposes it.
///
/// Every job is in exactly one heap: ready, delayed and buried jobs in one of their queue's,
/// reserved ones in their session's. Queues and sessions are in heaps by what is due first in
/// them. So no command costs more than O(log n) for each job that it touches.
package struct JobTable: Sendable {
    package internal(set) var scalars = JobScalars()
    /// What jobs, queues, sessions and keys count towards the bound of the state.
    package internal(set) var bytes = 0
    /// The queues which the last command touched and which have a job to give.
    package internal(set) var woken: [QueueName] = []

    var jobs = Slab<Job>()
    var index = JobIndex()
    var places = HeapPlaces()

    var queues = Slab<Queue>()
    var queueSlots: [QueueName: UInt32] = [:]
    var queueTimers = SlotHeap()
    var queuePlaces = HeapPlaces()

    var sessions = Slab<Session>()
    var sessionSlots: [SessionID: UInt32] = [:]
    var sessionTimers = SlotHeap()
    var sessionPlaces = HeapPlaces()
    /// The open sessions of each origin, by number.
    var origins: [Origin: SlotHeap] = [:]
    var originPlaces = HeapPlaces()

    var uniques = Slab<UniqueRecord>()
    var uniqueSlots: [KeyName: UInt32] = [:]
    /// Those whose job is gone, by the end of their window.
    var uniqueTimers = SlotHeap()
    var uniquePlaces = HeapPlaces()

    /// In the order in which the leader takes them on; the first is never finished.
    var unfinishedWork: Deque<Unfinished> = []
    var rowsHash = StateHash()
    var identitiesHash = StateHash()
    var turn = Turn()

    package init() {}

    /// The entry at hand: its time, and what it touched so far.
    struct Turn {
        var now: UInt64 = 0
        var wall = Timestamp.zero
        /// By how many bytes the state may grow.
        var room = 0
        var jobs: [UInt32] = []
        var queues: [UInt32] = []
        var sessions: [UInt32] = []
        var changes: [Change] = []
    }

    /// Applies a command at a time of the two replicated clocks. `room` is by how much the state
    /// may grow; what makes it smaller is never refused for lack of it.
    package mutating func perform(
        _ command: JobCommand, clusterTime: UInt64, wallTime: Timestamp, room: Int,
        into changes: inout [Change]
    ) -> Reply {
        (turn.now, turn.wall, turn.room) = (clusterTime, wallTime, room)
        swap(&turn.changes, &changes)
        defer { swap(&turn.changes, &changes) }
        dropExpiredKeys()
        do throws(JobRefusal) {
            let reply = try run(command)
            settle()
            return reply
        } catch {
            // Whoever refuses has changed nothing yet.
            settle()
            return .refused(.jobs(error))
        }
    }

    private mutating func run(_ command: JobCommand) throws(JobRefusal) -> Reply {
        switch command {
        case .put(let queue, let jobs): return .jobs(.put(try put(jobs, into: queue)))
        case .reserve(let wish): return .jobs(.reserved(try reserve(wish)))
        case .reserveJob(let id, let session, let isAttached):
            return .jobs(.reserved([try reserve(id, session, isAttached)]))
        case .touch, .complete, .fail, .release, .bury, .delete: return try runHeld(command)
        case .undo(let leases): return .jobs(.moved(undo(leases), more: false))
        case .kick(let queue, let count):
            return .jobs(.moved(try kick(queue, count), more: false))
        case .kickJobs(let ids): return .jobs(.moved(kick(ids), more: false))
        case .kickAll, .purge, .deleteQueue, .pause, .configure: return try runQueue(command)
        case .closeSession(let id, let keepsLeases): return .jobs(close(id, keepsLeases))
        case .closeSessions(let origin, let below): return .jobs(close(origin, below: below))
        case .expire(let leases, let queues):
            expire(leases, queues)
            return .done
        case .proceed(let work): return .jobs(proceed(work))
        }
    }

    private mutating func runHeld(_ command: JobCommand) throws(JobRefusal) -> Reply {
        switch command {
        case .touch(let id, let holder): return .jobs(.job(try touch(id, holder)))
        case .complete(let id, let holder): return .jobs(.removed(try complete(id, holder)))
        case .delete(let id, let holder): return .jobs(.removed(try delete(id, holder)))
        case .fail(let id, let holder, let error, let chance):
            return .jobs(.job(try fail(id, holder, error, chance)))
        case .release(let id, let holder, let priority, let delay):
            return .jobs(.job(try release(id, holder, priority, delay)))
        case .bury(let id, let holder, let priority):
            return .jobs(.job(try bury(id, holder, priority)))
        default: preconditionFailure("Another function runs it.")
        }
    }

    private mutating func runQueue(_ command: JobCommand) throws(JobRefusal) -> Reply {
        switch command {
        case .kickAll(let queue): return .jobs(try kickAll(queue))
        case .purge(let queue): return .jobs(try purge(queue))
        case .deleteQueue(let queue): return .jobs(try delete(queue))
        case .pause(let queue, let duration): try pause(queue, duration)
        case .configure(let queue, let settings): try configure(queue, settings)
        default: preconditionFailure("Another function runs it.")
        }
        return .done
    }
}
