package import Node
package import Replica
package import Work

/// What the fronts need of a node. A running node offers it; so does anything else that applies
/// commands to a state and can be asked about it.
package protocol TaskService: Sendable {
    /// The member that answers.
    var id: UInt64 { get }
    var events: EventFeed { get }
    /// How far this node has applied, and whom it believes to lead; cheap.
    var position: ReadPoint { get }

    func status() -> ClusterStatus

    /// Decides a command, within about two seconds.
    func propose(_ command: Command, actor: String?, key: String?) async -> ProposalOutcome

    /// A live task, and the point it was read at.
    func task(
        _ id: TaskID, _ consistency: Consistency
    ) async throws(ReadFailure) -> (TaskRecord?, ReadPoint)

    func readPoint(_ consistency: Consistency) async throws(ReadFailure) -> ReadPoint

    /// Live tasks by rising ID, read no earlier than `index`.
    func tasks(
        after: TaskID?, limit: Int, status: TaskStatus?, atLeast index: UInt64
    ) async throws(ReadFailure) -> [TaskRecord]

    /// A task, or what is left of it, read no earlier than `index`.
    func anyTask(_ id: TaskID, atLeast index: UInt64) async throws(ReadFailure) -> TaskRecord?

    /// The steps of a task's life, oldest first, read no earlier than `index`.
    func history(
        of id: TaskID, after: EventPosition?, limit: Int, atLeast index: UInt64
    ) async throws(ReadFailure) -> [HistoryRecord]
}
