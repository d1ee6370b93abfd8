import Testing
import Wire
import Work

/// Requests that come again: origins and their windows, and idempotency keys.
@Suite struct IdentityTests {
    private let origin = Applied.origin

    private func request(_ number: UInt64, floor: UInt64, title: String = "x") -> Request {
        Request(
            origin: origin, number: number, floor: floor, actor: nil, key: nil,
            command: .createTask(TaskFields(title: title)))
    }

    @Test func `A request is applied once, however often it is sent`() {
        var cluster = Applied()
        #expect(cluster.apply(request(5, floor: 2)).task?.id == TaskID(1))
        for _ in 0..<3 { #expect(cluster.apply(request(5, floor: 2)) == nil) }
        #expect(cluster.state.tasks.count == 1)
    }

    @Test func `Requests may overtake each other above the floor, and not below it`() {
        var cluster = Applied()
        #expect(cluster.apply(request(9, floor: 2)) != nil)
        #expect(cluster.apply(request(4, floor: 2)) != nil)
        #expect(cluster.apply(request(7, floor: 6)) != nil)
        #expect(cluster.apply(request(4, floor: 2)) == nil)
        #expect(cluster.apply(request(5, floor: 2)) == nil, "its origin has given it up")
        #expect(cluster.apply(request(6, floor: 2)) != nil)
        #expect(cluster.apply(request(9, floor: 6)) == nil)
        #expect(cluster.store.origins[origin]?.seen == [6, 7, 9])
        #expect(cluster.store.origins[origin]?.floor == 6)
    }

    @Test func `A floor above the request itself hides nothing`() {
        var cluster = Applied()
        #expect(cluster.apply(request(3, floor: 100)) != nil)
        #expect(cluster.apply(request(4, floor: 4)) != nil)
    }

    @Test func `The window against its definition`() {
        var generator = SeededGenerator(seed: 8)
        for _ in 0..<50 {
            var cluster = Applied()
            // Node 1's registration was request 1.
            var (floor, seen): (UInt64, Set<UInt64>) = (1, [1])
            for _ in 0..<100 {
                let number = UInt64.random(in: 1...30, using: &generator)
                let newFloor = UInt64.random(in: 0...number + 3, using: &generator)
                floor = max(floor, min(newFloor, number))
                let expected = number >= floor && !seen.contains(number)
                if expected { seen.insert(number) }
                #expect((cluster.apply(request(number, floor: newFloor)) != nil) == expected)
            }
            #expect(cluster.store.origins[origin]?.seen == seen.filter { $0 >= floor }.sorted())
        }
    }

    @Test func `A window that is full takes no more until its floor rises`() {
        var cluster = Applied()
        let record = OriginRecord(
            origin: origin, floor: 1, seen: (1...UInt64(Limits.originWindow)).map { $0 })
        var loader = WorkState.Loader()
        loader.add(record)
        guard let state = loader.finish(StateScalars()) else {
            Issue.record("the state at index 0 has no hash to differ from")
            return
        }
        cluster.state = state
        let next = UInt64(Limits.originWindow) + 1
        #expect(cluster.apply(request(next, floor: 1)) == nil)
        #expect(cluster.apply(request(next, floor: next)) != nil)
    }

    @Test func `A node that comes with a new incarnation is heard anew, and the old one forgotten`()
    {
        var cluster = Applied()
        _ = cluster.apply(request(7, floor: 7))
        let new = Origin(node: 1, incarnation: 101)
        #expect(cluster.send(Applied.registration(1, incarnation: 101), from: new) == .done)
        #expect(cluster.store.origins[origin] == nil)
        #expect(cluster.store.origins[new] != nil)
        #expect(cluster.last?.changes.contains(.originRemoved(origin)) == true)
        #expect(cluster.state.nodes[1]?.incarnation == 101)
        #expect(cluster.store.load() != nil, "the hash knows that it is gone")
    }

    @Test func `A node that registers again keeps its window and its first day`() {
        var cluster = Applied()
        let first = cluster.state.nodes[1]?.firstSeen
        _ = cluster.apply(request(7, floor: 2))
        cluster.wallTime.milliseconds += 1000
        #expect(cluster.send(Applied.registration()) != nil)
        #expect(cluster.state.nodes[1]?.firstSeen == first)
        #expect(cluster.apply(request(7, floor: 2)) == nil)
    }

    // MARK: Keys

    private let create = Command.createTask(TaskFields(title: "keyed"))

    @Test func `A key gives the same answer to a retry, with the task as it is now`() throws {
        var cluster = Applied()
        let task = try #require(cluster.send(create, key: "k").task)
        var patch = TaskPatch()
        patch.title = "changed"
        let changed = cluster.send(.updateTask(task.id, expected: nil, patch)).task
        let again = cluster.send(create, key: "k")
        #expect(again.replayed == KeyOutcome(kind: .created, task: task.id, version: 1))
        #expect(again.task == changed)
        #expect(cluster.state.tasks.count == 1)
        _ = cluster.send(.deleteTask(task.id, expected: nil))
        #expect(cluster.send(create, key: "k").replayed != nil)
        #expect(cluster.send(create, key: "k").task == nil)
    }

    @Test func `A retry learns which entry did what it asks for`() throws {
        var cluster = Applied()
        let task = try cluster.created()
        let delete = Command.deleteTask(task.id, expected: nil)
        _ = cluster.send(delete, key: "d")
        let index = cluster.state.scalars.index
        _ = cluster.create()
        let outcome = KeyOutcome(kind: .deleted, task: task.id, version: 2)
        #expect(cluster.send(delete, key: "d") == .replayed(outcome, nil, index: index))
    }

    @Test func `Keys remember updates and deletions as well`() throws {
        var cluster = Applied()
        let task = try cluster.created()
        var patch = TaskPatch()
        patch.title = "changed"
        let update = Command.updateTask(task.id, expected: 1, patch)
        #expect(cluster.send(update, key: "u").task?.version == 2)
        #expect(cluster.send(update, key: "u").replayed?.kind == .updated)
        let delete = Command.deleteTask(task.id, expected: nil)
        #expect(cluster.send(delete, key: "d") == .deleted(task.id, version: 3))
        #expect(cluster.send(delete, key: "d").replayed?.version == 3)
    }

    @Test func `A key of another command is refused, another principal's is another key`() {
        var cluster = Applied()
        _ = cluster.send(create, key: "k")
        let other = Command.createTask(TaskFields(title: "other"))
        #expect(cluster.send(other, key: "k").refusal == .keyReused)
        #expect(cluster.send(other, key: "k", principal: "q").task?.id == TaskID(2))
    }

    @Test func `A refused request leaves its key free`() {
        var cluster = Applied()
        let early = Command.deleteTask(TaskID(1), expected: nil)
        #expect(cluster.send(early, key: "k").refusal == .notFound(TaskID(1)))
        _ = cluster.create()
        #expect(cluster.send(early, key: "k") == .deleted(TaskID(1), version: 2))
    }

    @Test func `A key expires by cluster time, whatever the wall clock says`() {
        var cluster = Applied()
        _ = cluster.send(create, key: "k")
        cluster.wallTime.milliseconds += 80_000_000
        cluster.clusterTime += Limits.keyWindow - 1
        #expect(cluster.send(create, key: "k").replayed != nil)
        cluster.clusterTime += 1
        #expect(cluster.send(create, key: "k").task?.id == TaskID(2))
        #expect(cluster.send(create, key: "k").replayed?.task == TaskID(2))
        #expect(cluster.store.keys.count == 1)
    }

    @Test func `Expired keys go in small numbers with the commands that come`() {
        var cluster = Applied()
        for number in 0..<40 { _ = cluster.send(create, key: "k\(number)") }
        cluster.clusterTime += Limits.keyWindow
        var left: [Int] = []
        while !cluster.store.keys.isEmpty, left.count < 9 {
            _ = cluster.create()
            left.append(cluster.store.keys.count)
        }
        #expect(left == [24, 8, 0])
    }

    @Test func `Keys that only look the same are different keys`() {
        var cluster = Applied()
        let other = Command.createTask(TaskFields(title: "other"))
        #expect(cluster.send(create, key: "caf\u{e9}").task?.id == TaskID(1))
        #expect(cluster.send(other, key: "cafe\u{301}").task?.id == TaskID(2))
        #expect(cluster.store.keys.count == 2)
        #expect(
            KeyName(principal: "p", text: "\u{e9}") != KeyName(principal: "p", text: "e\u{301}"))
        #expect(KeyName(principal: "a", text: "b") < KeyName(principal: "a", text: "c"))
        #expect(KeyName(principal: "a", text: "z") < KeyName(principal: "b", text: "a"))
        #expect(cluster.store.load() != nil)
    }
}
