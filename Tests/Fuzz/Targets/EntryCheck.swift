import OrderedCollections
import Wire
import Work

/// Entries of the log: whatever they hold, every node that applies them has the same state
/// afterwards, and the rows they leave load as that state.
enum EntryCheck {
    private static let entriesMax = 64

    /// The input: entries, each with its length before it.
    static func check(_ bytes: [UInt8]) throws(Broken) -> Bool {
        let entries = entries(in: bytes)
        var (one, other) = (Replayed(), Replayed())
        var taken = false
        for entry in entries {
            taken = one.apply(entry) || taken
            _ = other.apply(entry)
            try expect(one.state.scalars == other.state.scalars, "two nodes differ")
        }
        one.state.jobs.checkInvariants()
        guard let loaded = one.load() else { throw Broken("the rows do not load") }
        try expect(loaded.scalars == one.state.scalars, "the loaded scalars differ")
        try expect(loaded.tasks == one.state.tasks, "the loaded tasks differ")
        try expect(loaded.nodes == one.state.nodes, "the loaded nodes differ")
        try expect(loaded.jobs.allQueues == one.state.jobs.allQueues, "the loaded queues differ")
        loaded.jobs.checkInvariants()
        return taken
    }

    private static func entries(in bytes: [UInt8]) -> [[UInt8]] {
        var reader = ByteReader(bytes)
        var entries: [[UInt8]] = []
        while entries.count < entriesMax, let entry = try? reader.readBytes(limit: bytes.count) {
            entries.append(Array(entry))
        }
        return entries
    }

    /// A node, and the rows that its base would hold.
    private struct Replayed {
        private(set) var state = WorkState()
        private var rows = RowBatch()

        /// With node 1 registered: commands of strangers are refused.
        init() {
            let node = NodeRegistration(id: 1, name: "n1", address: "", incarnation: 1)
            let request = Request(
                origin: Origin(node: 1, incarnation: 1), number: 1, floor: 1, actor: nil, key: nil,
                command: .registerNode(node))
            let stamp = Stamp(clusterTime: 1, wallTime: Timestamp(milliseconds: 1))
            _ = apply(stamp.payload(request.encoded()))
        }

        mutating func apply(_ payload: [UInt8]) -> Bool {
            let (request, _, applied) = state.apply(
                index: state.scalars.index + 1, term: 1, payload: payload)
            rows.add(applied)
            return request != nil
        }

        func load() -> WorkState? {
            var loader = WorkState.Loader()
            for task in rows.tasks.values where task.deletedAt == nil { loader.add(task) }
            for node in rows.nodes.values { loader.add(node) }
            let keys = rows.keys.values.compactMap(\.self)
            for key in keys.sorted(by: { $0.index < $1.index }) { loader.add(key) }
            for origin in rows.origins.values.compactMap(\.self) { loader.add(origin) }
            for item in rows.items.values where item.life.deletedAt == nil { loader.add(item) }
            addJobs(to: &loader)
            return loader.finish(state.scalars)
        }

        private func addJobs(to loader: inout WorkState.Loader) {
            for queue in rows.jobs.queues.values.compactMap(\.self) { loader.add(queue) }
            for session in rows.jobs.sessions.values.compactMap(\.self) { loader.add(session) }
            for (_, write) in rows.jobs.jobs.sorted(by: { $0.key < $1.key }) {
                if case .upsert(let job, _) = write { loader.add(job) }
            }
            for unique in rows.jobs.uniques.values.compactMap(\.self) { loader.add(unique) }
        }
    }
}
