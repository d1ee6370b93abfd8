import OrderedCollections
import Synchronization
package import Work

/// The recovery base: the replicated state as rows of one SQLite file, as of one log index. One
/// thread writes it; any thread may ask how far it is, and open readers.
package final class Base: Sendable {
    package static let fileName = "state.sqlite"

    package let file: String
    private let session: SQLiteSession
    private let progress: Mutex<Progress>

    private struct Progress {
        var position: Position
        /// Nodes that have a row: tasks may refer to them.
        var nodes: Set<UInt64>
        /// What batches touched of the job queue.
        var touched: TouchedLists
    }

    /// So many pages in the write-ahead log ask for a checkpoint. Four times what SQLite takes by
    /// itself: under load the same pages are written with every batch, and each is moved once.
    private static let checkpointPages = 4_000

    /// The last entry whose effects are durable in the base.
    package struct Position: Hashable, Sendable {
        package var index: UInt64
        package var term: UInt64
    }

    init(
        session: SQLiteSession, scalars: StateScalars, nodes: Set<UInt64>, touched: TouchedLists
    ) {
        self.session = session
        file = session.file
        let position = Position(index: scalars.index, term: scalars.term)
        progress = Mutex(Progress(position: position, nodes: nodes, touched: touched))
    }

    package var position: Position { progress.withLock { $0.position } }
    package var index: UInt64 { position.index }

    /// A connection for another thread.
    package func reader() throws -> SQLiteQueries { try SQLiteQueries(path: file) }

    /// Writes what a batch of entries changed and the state after them, in one synced transaction:
    /// after a crash the base is as before the batch or as after it.
    package func write(_ batch: RowBatch) throws(BaseError) {
        guard let scalars = batch.scalars else { return }
        var (position, known, touched) = progress.withLock {
            ($0.position, $0.nodes, $0.touched)
        }
        precondition(
            scalars.index - UInt64(batch.entries) == position.index,
            "Batches are written in order, without gaps.")
        try checkNodes(of: batch, known: known)
        do {
            try session.transaction {
                try BaseWriter(session: session).write(batch, scalars, &touched)
            }
        } catch {
            throw BaseError(error, file: file)
        }
        progress.withLock { progress in
            progress.position = Position(index: scalars.index, term: scalars.term)
            progress.nodes.formUnion(batch.nodes.keys)
            progress.touched = touched
        }
        if session.unmovedPages > Self.checkpointPages { try checkpoint() }
    }

    private func checkpoint() throws(BaseError) {
        do {
            try session.checkpoint()
        } catch {
            throw BaseError(error, file: file)
        }
    }

    /// The one place that holds tasks to their foreign key: every node registers before it
    /// proposes anything else, so the node that took a request has a row by then.
    private func checkNodes(of batch: RowBatch, known: Set<UInt64>) throws(BaseError) {
        for task in batch.tasks.values
        where !known.contains(task.createdBy) && batch.nodes[task.createdBy] == nil {
            throw .unregisteredNode(file: file, node: task.createdBy)
        }
    }
}
