/// A task as it was once: from what is known of it now, back along its history.
package struct PastTask {
    private let now: TaskRecord

    /// A tombstone too.
    package init(_ now: TaskRecord) { self.now = now }

    /// The task after the entry at `past`; nil if it was not there then. `steps` are all that came
    /// later, in the order of the log, and the last one before them, or all that there are.
    package func task(asOf past: UInt64, steps: [HistoryRecord]) -> TaskRecord? {
        guard let task = record(asOf: past, ordinal: .max, steps: steps), task.deletedAt == nil
        else { return nil }
        return task
    }

    /// As above, after the step at `past` and `ordinal`; a tombstone if it was deleted then.
    package func record(
        asOf past: UInt64, ordinal: UInt32, steps: [HistoryRecord]
    ) -> TaskRecord? {
        var task = now
        var rest = steps[...]
        while let step = rest.last, (step.index, step.ordinal) > (past, ordinal) {
            rest.removeLast()
            if step.step == .comment { continue }
            guard step.step != .create,
                let before = TaskDifference.undo(step, of: task)
            else { return nil }
            task = before
            guard let last = rest.last(where: { $0.step != .comment }) else { return nil }
            task.changedIndex = last.index
            task.updated = last.time
        }
        return task
    }
}
