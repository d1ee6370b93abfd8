import Testing
import Work

/// Creating, changing and deleting tasks.
@Suite struct TaskCommandTests {
    @Test func `Tasks are numbered from 1, and a number is never used again`() {
        var cluster = Applied()
        #expect(cluster.create()?.id == TaskID(1))
        #expect(cluster.create()?.id == TaskID(2))
        #expect(
            cluster.send(.deleteTask(TaskID(2), expected: nil)) == .deleted(TaskID(2), version: 2))
        #expect(cluster.create()?.id == TaskID(3))
        #expect(cluster.state.tasks.keys.sorted() == [TaskID(1), TaskID(3)])
    }

    @Test func `A new task carries what was asked for, and where it came from`() {
        var cluster = Applied()
        var fields = TaskFields(title: "Grüße")
        fields.labels = ["a", "b"]
        fields.due = CalendarDate(text: "2028-02-29")
        let task = cluster.send(.createTask(fields), actor: "ann").task
        #expect(task?.fields == fields)
        #expect(task?.version == 1)
        #expect(task?.author == "ann")
        #expect(task?.createdBy == 1)
        #expect(task?.created == cluster.wallTime && task?.updated == cluster.wallTime)
        #expect(task?.changedIndex == cluster.state.scalars.index)
        #expect(task?.deletedAt == nil)
    }

    @Test func `An update raises the version and the time, and leaves the rest`() throws {
        var cluster = Applied()
        let old = try cluster.created("before")
        cluster.wallTime.milliseconds += 5
        var patch = TaskPatch()
        patch.title = "after"
        let new = try #require(cluster.send(.updateTask(old.id, expected: 1, patch)).task)
        #expect(new.fields.title == "after")
        #expect(new.version == 2)
        #expect(new.updated == cluster.wallTime && new.created == old.created)
        #expect(new.rank == old.rank && new.author == old.author)
    }

    @Test func `A patch can clear what may be missing`() throws {
        var cluster = Applied()
        var fields = TaskFields(title: "x")
        (fields.due, fields.assignee) = (CalendarDate(text: "2026-01-01"), "ann")
        let task = try #require(cluster.send(.createTask(fields)).task)
        var keep = TaskPatch()
        keep.priority = 3
        #expect(
            cluster.send(.updateTask(task.id, expected: nil, keep)).task?.fields.assignee == "ann")
        var clear = TaskPatch()
        (clear.due, clear.assignee) = (.some(nil), .some(nil))
        let cleared = cluster.send(.updateTask(task.id, expected: nil, clear)).task
        #expect(cleared?.fields.due == nil && cleared?.fields.assignee == nil)
        #expect(cleared?.fields.priority == 3)
    }

    @Test func `A stale version is refused with the task as it is`() throws {
        var cluster = Applied()
        let task = try cluster.created()
        var patch = TaskPatch()
        patch.title = "first"
        let first = try #require(cluster.send(.updateTask(task.id, expected: 1, patch)).task)
        patch.title = "second"
        #expect(
            cluster.send(.updateTask(task.id, expected: 1, patch)).refusal
                == .versionMismatch(first))
        #expect(
            cluster.send(.deleteTask(task.id, expected: 1)).refusal == .versionMismatch(first))
        #expect(cluster.state.tasks[task.id] == first)
        #expect(cluster.history.isEmpty)
    }

    @Test func `Who is not there cannot be changed`() {
        var cluster = Applied()
        let nobody = TaskID(9)
        let patch = TaskPatch()
        #expect(
            cluster.send(.updateTask(nobody, expected: nil, patch)).refusal == .notFound(nobody))
        #expect(cluster.send(.deleteTask(nobody, expected: nil)).refusal == .notFound(nobody))
    }

    @Test func `An update that changes nothing is answered, and leaves no trace`() throws {
        var cluster = Applied()
        let task = try cluster.created("same")
        var patch = TaskPatch()
        patch.title = "same"
        #expect(cluster.send(.updateTask(task.id, expected: 1, patch)).task == task)
        #expect(cluster.history.isEmpty)
    }

    @Test func `Texts that only look the same are different texts`() throws {
        var cluster = Applied()
        let task = try cluster.created("caf\u{e9}")
        var patch = TaskPatch()
        patch.title = "cafe\u{301}"
        let changed = try #require(cluster.send(.updateTask(task.id, expected: 1, patch)).task)
        #expect(changed.version == 2)
        #expect(changed.fields.title.unicodeScalars.count == 5)
        #expect(cluster.history.first?.changes.contains("title") == true)
    }

    @Test func `A command of a node that nobody knows is refused`() {
        var cluster = Applied()
        let stranger = Origin(node: 9, incarnation: 1)
        #expect(cluster.send(.createTask(TaskFields(title: "x")), from: stranger).isInvalid)
        #expect(cluster.state.tasks.isEmpty)
    }

    @Test func `What cannot be stored is refused, and nothing changes`() throws {
        var cluster = Applied()
        #expect(cluster.send(.createTask(TaskFields(title: ""))).isInvalid)
        let task = try cluster.created()
        var patch = TaskPatch()
        patch.priority = 5
        #expect(cluster.send(.updateTask(task.id, expected: nil, patch)).isInvalid)
        #expect(cluster.state.tasks[task.id] == task)
        #expect(cluster.create()?.id == TaskID(2), "a refusal takes no number")
    }

    @Test func `A full state takes no more, but lets go`() {
        var loader = WorkState.Loader()
        var fields = TaskFields(title: "x")
        fields.description = String(repeating: "x", count: Limits.descriptionBytes)
        let count = UInt64(Limits.stateBytes / Limits.descriptionBytes + 1)
        for id in 1...count {
            loader.add(
                TaskRecord(
                    id: TaskID(id), fields: fields, rank: 0, createdBy: 1, author: nil, version: 1,
                    created: .zero, updated: .zero, deletedAt: nil, changedIndex: 1))
        }
        guard let full = loader.finish(StateScalars()) else {
            Issue.record("the state at index 0 has no hash to differ from")
            return
        }
        var cluster = Applied()
        cluster.state = full
        _ = cluster.send(Applied.registration())
        #expect(cluster.send(.createTask(TaskFields(title: "y"))).refusal == .stateFull)
        var (more, less) = (TaskPatch(), TaskPatch())
        more.title = "longer"
        less.description = ""
        #expect(cluster.send(.updateTask(TaskID(1), expected: nil, more)).refusal == .stateFull)
        for id in UInt64(1)...60 {
            #expect(cluster.send(.deleteTask(TaskID(id), expected: nil)).refusal == nil)
        }
        #expect(cluster.send(.updateTask(TaskID(61), expected: nil, less)).task?.version == 2)
        #expect(cluster.send(.updateTask(TaskID(62), expected: nil, more)).task?.version == 2)
    }
}
