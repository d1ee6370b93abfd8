package import Work

/// What a node tells those who watch over it. Counters begin anew with the process.
package struct NodeMeasures: Sendable {
    /// So many queues are counted by their names.
    package static let queuesMax = 100

    package var status: ClusterStatus
    package var voters = 0
    /// How often somebody began to lead, this node or one that it follows.
    package var leaderChanges: UInt64 = 0
    /// As `RunningNode.staleness`, in milliseconds.
    package var staleness: UInt64?
    package var tasks = 0
    package var jobs = QueueCensus(fullest: NodeMeasures.queuesMax)
    /// Requests of this node's clients that are not decided yet.
    package var pendingProposals = 0
    /// This node's clients that wait for a job.
    package var waitingWorkers = 0
    package var log = WriteMeasures()
    package var base = WriteMeasures()

    package init(status: ClusterStatus) { self.status = status }
}
