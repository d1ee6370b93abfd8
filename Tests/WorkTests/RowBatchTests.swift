import OrderedCollections
import Testing
import Work

/// From the changes of many entries to the rows to write.
@Suite struct RowBatchTests {
    @Test func `A record that changed often is written once, with its last values`() {
        var cluster = Applied()
        var patches: [Command] = [.createTask(TaskFields(title: "0"))]
        for number in 1...9 {
            var patch = TaskPatch()
            patch.title = "\(number)"
            patches.append(.updateTask(TaskID(1), expected: nil, patch))
        }
        var batch = RowBatch()
        for command in patches {
            _ = cluster.send(command)
            if let last = cluster.last { batch.add(last) }
        }
        #expect(batch.tasks.count == 1)
        #expect(batch.tasks[TaskID(1)]?.fields.title == "9")
        #expect(batch.tasks[TaskID(1)]?.version == 10)
        #expect(batch.history.count == 10, "every step stays in the history")
        #expect(batch.origins.count == 1)
        #expect(batch.entries == 10)
        #expect(batch.scalars == cluster.state.scalars)
        #expect(batch.bytes > 0)
    }

    @Test func `Rows come in the order in which they first changed`() {
        var cluster = Applied()
        var batch = RowBatch()
        for _ in 0..<3 {
            _ = cluster.create()
            if let last = cluster.last { batch.add(last) }
        }
        _ = cluster.send(.deleteTask(TaskID(1), expected: nil))
        if let last = cluster.last { batch.add(last) }
        #expect(Array(batch.tasks.keys) == [TaskID(1), TaskID(2), TaskID(3)])
        #expect(batch.tasks[TaskID(1)]?.deletedAt != nil, "a deletion is a row, too")
    }

    @Test func `A key that came and expired within a batch is removed`() throws {
        var cluster = Applied()
        var batch = RowBatch()
        _ = cluster.send(.createTask(TaskFields(title: "x")), key: "k")
        batch.add(try #require(cluster.last))
        cluster.clusterTime += Limits.keyWindow
        _ = cluster.create()
        batch.add(try #require(cluster.last))
        let name = KeyName(principal: "p", text: "k")
        #expect(batch.keys.keys.contains(name))
        #expect(batch.keys[name] == .some(nil))
    }

    @Test func `An origin that was forgotten within a batch is removed`() throws {
        var cluster = Applied()
        var batch = RowBatch()
        _ = cluster.create()
        batch.add(try #require(cluster.last))
        _ = cluster.send(
            Applied.registration(1, incarnation: 101), from: Origin(node: 1, incarnation: 101))
        batch.add(try #require(cluster.last))
        #expect(batch.origins[Applied.origin] == .some(nil))
        #expect(batch.nodes[1]?.incarnation == 101)
    }

    @Test func `A batch of many entries leaves the rows that one by one would leave`() {
        var commands = RandomCommands(seed: 77)
        var cluster = Applied()
        // Rows of before the batch: node 1 and its origin.
        var coalesced = cluster.store
        var batch = RowBatch()
        for number in 0..<600 {
            cluster.clusterTime += 30_000
            _ = cluster.send(commands.next(), key: number % 3 == 0 ? "k\(number % 20)" : nil)
            if let last = cluster.last { batch.add(last) }
            if number % 50 == 49 {
                coalesced.write(batch)
                batch = RowBatch()
            }
        }
        #expect(coalesced.tasks == cluster.store.tasks)
        #expect(coalesced.nodes == cluster.store.nodes)
        #expect(coalesced.keys == cluster.store.keys)
        #expect(coalesced.origins == cluster.store.origins)
        #expect(coalesced.history == cluster.store.history)
        #expect(coalesced.load()?.scalars == cluster.state.scalars)
    }

    @Test func `An empty batch has nothing to write`() {
        let batch = RowBatch()
        #expect(batch.isEmpty && batch.entries == 0 && batch.scalars == nil)
    }
}
