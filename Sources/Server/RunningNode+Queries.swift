package import Node
package import StateStore
package import Work

extension RunningNode {
    package func tasks(
        matching query: TaskQuery, after: QueryCursor?, atLeast index: UInt64
    ) async throws(ReadFailure) -> TaskPage {
        let now = Self.wallTime
        return try await self.query(atLeast: index) { queries in
            try queries.read { try $0.tasks(matching: query, after: after, at: now) }
        }
    }

    package func count(
        matching query: TaskQuery, atLeast index: UInt64
    ) async throws(ReadFailure) -> Int {
        let now = Self.wallTime
        return try await self.query(atLeast: index) { queries in
            try queries.read { try $0.count(matching: query, at: now) }
        }
    }

    package func labels(
        after: String?, limit: Int, atLeast index: UInt64
    ) async throws(ReadFailure) -> [LabelCount] {
        try await query(atLeast: index) {
            try $0.read { try $0.labels(after: after, limit: limit) }
        }
    }

    package func keys(
        of principal: String, from prefix: String, print: UInt64, after: TaskID?, limit: Int,
        atLeast index: UInt64
    ) async throws(ReadFailure) -> [KeyRecord] {
        try await query(atLeast: index, onBase: true) { queries in
            try queries.read {
                try $0.keys(
                    of: principal, from: prefix, print: print, after: after, limit: limit)
            }
        }
    }

    package func comments(
        of task: TaskID, after: CommentID?, limit: Int, atLeast index: UInt64
    ) async throws(ReadFailure) -> [CommentRecord] {
        try await query(atLeast: index) {
            try $0.read { try $0.comments(of: task, after: after, limit: limit) }
        }
    }

    package func task(
        _ id: TaskID, asOf past: UInt64, atLeast index: UInt64
    ) async throws(ReadFailure) -> TaskRecord? {
        try await query(atLeast: max(index, past)) {
            try $0.read { try $0.task(id, asOf: past) }
        }
    }

    package func tasks(
        on board: BoardID, asOf past: UInt64, after: TaskID?, limit: Int, atLeast index: UInt64
    ) async throws(ReadFailure) -> PastPage {
        try await query(atLeast: max(index, past)) { queries in
            try queries.read {
                try $0.tasks(on: board, asOf: past, after: after, limit: limit)
            }
        }
    }
}
