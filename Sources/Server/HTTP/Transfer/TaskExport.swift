import Hummingbird
import NIOCore
import Node
import Replica
import StateStore
import Work

/// Writes all tasks that a query finds, so that every column has its order.
struct TaskExport {
    let format: FileFormat
    let query: TaskQuery
    let index: UInt64
    let boards: [BoardID]

    @concurrent
    func write<Node: TaskService>(
        _ node: Node, to writer: inout any ResponseBodyWriter
    ) async throws {
        let opening = format == .csv ? CSVWriter.record(TaskTable.columns) : "["
        try await writer.write(ByteBuffer(string: opening))
        var wanted = query
        wanted.sort = .init(.rank)
        let first = try await node.tasks(matching: wanted, after: nil, atLeast: index)
        if first.next == nil {
            // One page is of one moment.
            try await writer.write(piece(first.tasks, isFirst: true))
        } else {
            try await writeAll(node, to: &writer)
        }
        if format == .json { try await writer.write(ByteBuffer(string: "\n]\n")) }
    }

    /// A board's tasks are found in their order by an index. What is moved meanwhile to where this
    /// has been is missed at first, so all are looked for once more, by their numbers, which do not
    /// change.
    @concurrent
    private func writeAll<Node: TaskService>(
        _ node: Node, to writer: inout any ResponseBodyWriter
    ) async throws {
        var written: Set<TaskID> = []
        for board in boards {
            var wanted = query
            wanted.conditions.append(.init(.board([board])))
            wanted.sort = .init(.rank)
            try await write(wanted, besides: &written, node, to: &writer)
        }
        var wanted = query
        wanted.sort = .init(.id)
        try await write(wanted, besides: &written, node, to: &writer)
    }

    @concurrent
    private func write<Node: TaskService>(
        _ wanted: TaskQuery, besides written: inout Set<TaskID>, _ node: Node,
        to writer: inout any ResponseBodyWriter
    ) async throws {
        var after: QueryCursor?
        repeat {
            let page = try await node.tasks(matching: wanted, after: after, atLeast: index)
            let new = page.tasks.filter { !written.contains($0.id) }
            if !new.isEmpty { try await writer.write(piece(new, isFirst: written.isEmpty)) }
            written.formUnion(new.map(\.id))
            after = page.next
        } while after != nil
    }

    private func piece(_ tasks: [TaskRecord], isFirst: Bool) -> ByteBuffer {
        if format == .csv {
            return ByteBuffer(string: tasks.reduce(into: "") { $0 += TaskTable.record($1) })
        }
        var buffer = ByteBuffer()
        for (place, task) in tasks.enumerated() {
            buffer.writeString(isFirst && place == 0 ? "\n" : ",\n")
            var writer = JSONWriter(capacity: JSONWriter.size(of: task))
            writer.task(task)
            buffer.writeBytes(writer.bytes)
        }
        return buffer
    }
}
