package import Work

/// One page of a query's answer.
package struct TaskPage: Hashable, Sendable {
    package var tasks: [TaskRecord]
    /// Where the next page begins; nil if this was the last.
    package var next: QueryCursor?

    package init(tasks: [TaskRecord], next: QueryCursor?) {
        self.tasks = tasks
        self.next = next
    }
}

/// One page of what a board held once.
package struct PastPage: Hashable, Sendable {
    package var tasks: [TaskRecord]
    /// The number to go on behind; nil if this was the last page.
    package var next: TaskID?

    package init(tasks: [TaskRecord], next: TaskID?) {
        self.tasks = tasks
        self.next = next
    }
}

package struct LabelCount: Hashable, Sendable {
    package var label: String
    package var count: Int

    package init(label: String, count: Int) {
        self.label = label
        self.count = count
    }
}
