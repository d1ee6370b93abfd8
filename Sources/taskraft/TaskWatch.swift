import Client
import Console

/// A list of tasks that is followed: redrawn on a terminal, a line for each change elsewhere.
struct TaskWatch: Sendable {
    let client: TaskraftClient
    let filter: TaskFilter
    let limit: Int
    let json: Bool

    /// As many numbers as one condition of a filter takes.
    private static let atOnce = 32

    /// Until the task is cancelled.
    func run() async throws {
        if Terminal.output.isTerminal && !json { try await redraw() } else { try await lines() }
    }
}

// MARK: Lines

extension TaskWatch {
    /// Nobody reads any more.
    private struct ReaderGone: Error {}

    private func lines() async throws {
        var listed: Set<UInt64>?
        do {
            try await client.follow { news in
                switch news {
                case .connected(let node):
                    if listed == nil { listed = try await self.listed() }
                    Terminal.error.line("following \(node)")
                case .lost(let why):
                    Terminal.error.line("trying again: \(why)")
                case .events(let events):
                    var known = listed ?? []
                    try await tell(events, &known)
                    listed = known
                }
            }
        } catch is ReaderGone {}
    }

    /// What is in the list: a task that leaves it is told, too.
    private func listed() async throws -> Set<UInt64> {
        filter.isEverything ? [] : Set(try await client.allTasks(filter, limit: limit).map(\.id))
    }

    private func tell(_ events: [ServerEvent], _ listed: inout Set<UInt64>) async throws {
        if events.contains(where: { $0.name == "reset" }) {
            Terminal.error.line("changes were missed; those that follow are complete again")
            listed = try await self.listed()
        }
        let changes = try events.compactMap { try TaskChange($0) }
        let belonging = try await belonging(changes)
        for change in changes {
            let belongs = belonging.contains(change.taskID) && change.kind != "deleted"
            let was = listed.contains(change.taskID)
            guard belongs || was || filter.isEverything else { continue }
            if belongs { listed.insert(change.taskID) } else { listed.remove(change.taskID) }
            let line =
                json
                ? try WatchText.json(change, belongs: belongs)
                : WatchText.line(change, belongs: belongs)
            guard Terminal.output.write(line + "\n") else { throw ReaderGone() }
        }
    }

    /// Which of these tasks the filter finds, as the node knows it that told of the changes.
    private func belonging(_ changes: [TaskChange]) async throws -> Set<UInt64> {
        let ids = Set(changes.map(\.taskID)).sorted()
        if filter.isEverything { return Set(ids) }
        var found: Set<UInt64> = []
        for start in stride(from: 0, to: ids.count, by: Self.atOnce) {
            var some = filter.among(ids[start..<min(start + Self.atOnce, ids.count)])
            some.stale = true
            some.minIndex = changes.map(\.index).max()
            found.formUnion(try await patiently { try await client.allTasks(some) }.map(\.id))
        }
        return found
    }

    /// Whoever follows waits until the cluster is back.
    private func patiently<Result>(_ body: () async throws -> Result) async throws -> Result {
        while true {
            do {
                return try await body()
            } catch let error as ClientError {
                if case .refused = error { throw error }
                if Task.isCancelled { throw error }
                Terminal.error.line("trying again: \(error)")
            }
        }
    }
}

// MARK: A table on a terminal

extension TaskWatch {
    private static var pause: Duration { .milliseconds(250) }

    private func redraw() async throws {
        // Only the last counts: many changes at once are drawn once.
        let (states, drawing) = AsyncStream.makeStream(
            of: String.self, bufferingPolicy: .bufferingNewest(1))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await follow(drawing) }
            group.addTask { try await draw(states) }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func follow(_ drawing: AsyncStream<String>.Continuation) async throws {
        var state = ""
        try await client.follow { news in
            switch news {
            case .connected(let node): state = "live, \(node)"
            case .lost(let why): state = "trying again: \(why)"
            case .events(let events):
                guard events.contains(where: { $0.name != "cluster" }) else { return }
            }
            drawing.yield(state)
        }
    }

    private func draw(_ states: AsyncStream<String>) async throws {
        let terminal = Terminal.output
        var table = ""
        var isFirst = true
        for await state in states {
            do {
                let tasks = try await client.allTasks(filter, limit: limit)
                table = TaskText.table(tasks).text(
                    width: terminal.width, colours: terminal.hasColours)
            } catch {
                // Without a quorum the old list stays, and the last line says so.
                if case .refused = error { throw error }
            }
            if isFirst { terminal.write("\u{1b}[2J") }
            isFirst = false
            terminal.write(
                WatchText.screen(
                    table, footer: Printable.line(state), height: terminal.height ?? 24))
            try await Task.sleep(for: Self.pause)
        }
    }
}
