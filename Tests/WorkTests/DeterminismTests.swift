import Testing
import Wire
import Work

/// The same entries give the same state, on every node and from every base.
@Suite struct DeterminismTests {
    /// Entries as a busy cluster would make them, with repetitions and rubbish among them.
    private func payloads(seed: UInt64, count: Int) -> [[UInt8]] {
        var commands = RandomCommands(seed: seed)
        var cluster = Applied()
        var numbers: [UInt64: UInt64] = [:]
        return (0..<count).map { place in
            let node = UInt64.random(in: 1...3, using: &commands.generator)
            let again = Int.random(in: 0..<10, using: &commands.generator) == 0
            if !again { numbers[node, default: 1] += 1 }
            let number = numbers[node, default: 1]
            cluster.clusterTime += UInt64.random(in: 0...400_000, using: &commands.generator)
            cluster.wallTime.milliseconds += Int64.random(
                in: -500...500, using: &commands.generator)
            let command = numbered(commands.next(), place)
            let hasKey = Bool.random(using: &commands.generator)
            let text = "k\(Int.random(in: 0..<10, using: &commands.generator))"
            let key = IdempotencyKey(
                principal: "p\(node)", text: text, fingerprint: Request.fingerprint(of: command))
            let request = Request(
                origin: Origin(node: node, incarnation: node * 100), number: number,
                floor: number > 20 ? number - 20 : 0, actor: nil, key: hasKey ? key : nil,
                command: command)
            var payload = cluster.stamp.payload(request.encoded())
            if Int.random(in: 0..<20, using: &commands.generator) == 0 { payload.removeLast() }
            return payload
        }
    }

    /// Some of the tasks ask for a number, which is free or taken.
    private func numbered(_ command: Command, _ place: Int) -> Command {
        guard case .createTask(let fields) = command, place % 3 == 0 else { return command }
        return .createNumbered(TaskID(UInt64(place / 5 + 1)), fields)
    }

    @Test(arguments: 1...5 as ClosedRange<UInt64>)
    func `Two nodes that apply the same have the same hash at every index`(_ seed: UInt64) {
        var (one, other) = (Applied(), Applied())
        var hashes: Set<UInt64> = []
        for payload in payloads(seed: seed, count: 1500) {
            let replies = (one.apply(payload: payload), other.apply(payload: payload))
            #expect(replies.0 == replies.1)
            #expect(one.state.scalars == other.state.scalars)
            #expect(one.last?.changes == other.last?.changes)
            hashes.insert(one.state.scalars.stateHash)
        }
        #expect(hashes.count == 1500, "the index alone makes a new hash")
        #expect(one.state.tasks.count > 3)
    }

    @Test(arguments: 6...8 as ClosedRange<UInt64>)
    func `A state that was loaded goes on like one that was never stopped`(_ seed: UInt64) throws {
        var running = Applied()
        for (place, payload) in payloads(seed: seed, count: 1500).enumerated() {
            if place % 250 == 249 {
                let loaded = try #require(running.store.load())
                #expect(loaded.scalars == running.state.scalars)
                #expect(loaded.tasks == running.state.tasks)
                var other = running
                other.state = loaded
                #expect(other.apply(payload: payload) == running.apply(payload: payload))
                #expect(other.state.scalars == running.state.scalars)
            } else {
                _ = running.apply(payload: payload)
            }
        }
    }

    @Test func `A base of which one row differs is not loaded`() throws {
        var cluster = Applied()
        for payload in payloads(seed: 9, count: 300) { _ = cluster.apply(payload: payload) }
        let store = cluster.store
        func finish(
            _ change: (
                inout [TaskRecord], inout [NodeRecord], inout [KeyRecord], inout [OriginRecord],
                inout StateScalars
            ) -> Void
        ) -> WorkState? {
            var tasks = store.tasks.values.filter { $0.deletedAt == nil }
            var nodes = Array(store.nodes.values)
            var keys = store.keys.values.sorted { $0.index < $1.index }
            var origins = Array(store.origins.values)
            var scalars = store.scalars
            change(&tasks, &nodes, &keys, &origins, &scalars)
            var loader = WorkState.Loader()
            for task in tasks { loader.add(task) }
            for node in nodes { loader.add(node) }
            for key in keys { loader.add(key) }
            for origin in origins { loader.add(origin) }
            for queue in store.queues.values { loader.add(queue) }
            for job in store.jobs.values.sorted(by: { $0.id < $1.id }) { loader.add(job) }
            for item in store.items.values where item.life.deletedAt == nil { loader.add(item) }
            return loader.finish(scalars)
        }
        #expect(finish { _, _, _, _, _ in } != nil)
        #expect(finish { tasks, _, _, _, _ in tasks.removeLast() } == nil)
        #expect(finish { tasks, _, _, _, _ in tasks[0].fields.title += "x" } == nil)
        #expect(finish { tasks, _, _, _, _ in tasks[0].rank += 1 } == nil)
        #expect(finish { tasks, _, _, _, _ in tasks[0].fields.labels.append("x") } == nil)
        #expect(finish { _, nodes, _, _, _ in nodes[0].address += "x" } == nil)
        #expect(finish { _, _, keys, _, _ in keys.removeFirst() } == nil)
        #expect(finish { _, _, keys, _, _ in keys[0].expires += 1 } == nil)
        #expect(finish { _, _, _, origins, _ in origins[0].floor += 1 } == nil)
        #expect(finish { _, _, _, _, scalars in scalars.nextTask += 1 } == nil)
        #expect(finish { _, _, _, _, scalars in scalars.clusterTime += 1 } == nil)
        #expect(finish { _, _, _, _, scalars in scalars.configuration = [1] } == nil)
    }

    @Test func `An entry that cannot be read is skipped, and changes no clock`() {
        var cluster = Applied()
        let before = cluster.state.scalars
        cluster.clusterTime += 1000
        cluster.wallTime.milliseconds += 1000
        var rubbish = cluster.stamp.payload([1, 2, 3])
        #expect(cluster.apply(payload: rubbish) == nil)
        rubbish.removeAll()
        #expect(cluster.apply(payload: rubbish) == nil)
        #expect(cluster.state.scalars.clusterTime == before.clusterTime)
        #expect(cluster.state.scalars.wallTime == before.wallTime)
        #expect(cluster.state.scalars.index == before.index + 2)
    }

    @Test func `Entries without a command move the index and the term, and may bring members`() {
        var cluster = Applied()
        cluster.applyOther(term: 4)
        #expect(cluster.state.scalars.term == 4)
        #expect(cluster.state.scalars.configuration.isEmpty)
        cluster.applyOther(configuration: [1, 2], term: 4)
        #expect(cluster.state.scalars.configuration == [1, 2])
        cluster.applyOther(term: 5)
        #expect(cluster.state.scalars.configuration == [1, 2])
    }

    @Test func `The machine version only rises`() {
        var cluster = Applied()
        #expect(cluster.state.scalars.machineVersion == 1)
        _ = cluster.send(.raiseMachineVersion(3))
        _ = cluster.send(.raiseMachineVersion(2))
        #expect(cluster.state.scalars.machineVersion == 3)
    }
}
