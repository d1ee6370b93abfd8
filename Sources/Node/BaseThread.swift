import Dispatch
import Raft
import StateStore
import Work

/// The thread that writes what was applied to the base, one transaction for all that came.
final class BaseThread: Sendable {
    private let mailbox = Mailbox<[AppliedEntry]>()
    let meter = WriteMeter()
    private let haste = DispatchSemaphore(value: 0)
    private let base: Base?
    private let written: @Sendable (UInt64) -> Void
    private let failed: @Sendable (any Error) -> Void

    /// Rest between two batches, in seconds, unless a query waits: rows that change again meanwhile
    /// are written once, and the log keeps the disk to itself most of the time.
    private static let rest = 0.1
    /// Entries in one transaction.
    private static let entriesMax = 8_192

    /// Without a base nothing is kept.
    init(
        base: Base?, written: @escaping @Sendable (UInt64) -> Void,
        failed: @escaping @Sendable (any Error) -> Void
    ) {
        self.base = base
        self.written = written
        self.failed = failed
    }

    func start(stopped: @escaping @Sendable () -> Void) {
        Threads.start("base") { [self] in
            do {
                while let groups = mailbox.take() {
                    try write(groups)
                    _ = haste.wait(timeout: .now() + Self.rest)
                }
            } catch {
                failed(error)
            }
            stopped()
        }
    }

    func write(_ entries: [AppliedEntry]) { mailbox.put(entries) }

    /// Somebody waits for what is in the mailbox.
    func hurry() { haste.signal() }

    /// Writes what is in the mailbox, and ends.
    func stop() {
        mailbox.close()
        hurry()
    }

    private func write(_ groups: [[AppliedEntry]]) throws {
        guard let base else {
            if let last = groups.last?.last { written(last.scalars.index) }
            return
        }
        var batch = RowBatch()
        for entry in groups.joined() {
            batch.add(entry)
            if batch.entries >= Self.entriesMax {
                try write(batch, to: base)
                batch = RowBatch()
            }
        }
        if !batch.isEmpty { try write(batch, to: base) }
        written(base.index)
    }

    private func write(_ batch: RowBatch, to base: Base) throws {
        let began = Clocks.monotonic()
        try base.write(batch)
        meter.wrote(entries: batch.entries, in: Clocks.monotonic().since(began))
    }
}
