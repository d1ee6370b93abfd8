package import Raft
import Work

/// What a member tells those who watch over it.
extension Replica {
    /// How many of this node's own clients wait for a job.
    package var waitingWorkers: Int { workers.sessions.waitCount }

    /// The last entry that was applied here.
    package var appliedPosition: LogPosition {
        LogPosition(term: Term(state.scalars.term), index: applied)
    }
}
