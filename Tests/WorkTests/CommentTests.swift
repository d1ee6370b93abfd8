import Testing
import Work

/// Comments and saved views, imports, and tasks that come back.
@Suite struct CommentTests {
    private func cluster() -> Applied {
        var cluster = Applied()
        _ = cluster.send(.raiseMachineVersion(3))
        return cluster
    }

    /// With Ann, an admin, and Bob and Cid, whose tokens have the numbers of their users.
    private func withUsers() -> Applied {
        var cluster = cluster()
        for (number, name) in ["Ann", "Bob", "Cid"].enumerated() {
            let user = NewUser(
                name: name, email: nil, role: number == 0 ? .admin : .member, passwordHash: nil)
            _ = cluster.send(.people(.createUser(user)))
            _ = cluster.send(
                .people(
                    .createToken(
                        NewToken(
                            user: UserID(UInt64(number + 1)), name: "t",
                            secretHash: [UInt8](repeating: UInt8(number), count: 32), scopes: .all,
                            kind: .session, expires: nil))))
        }
        return cluster
    }

    @Test func `What is said about a task is a step of its history, and changes nothing of it`() {
        var cluster = cluster()
        let task = cluster.create()
        let comment = cluster.send(.items(.addComment(TaskID(1), text: "one")), actor: "ann").comment
        #expect(comment?.id == CommentID(1))
        #expect(comment?.author == "ann")
        #expect(cluster.history.map(\.step) == [.comment])
        #expect(
            cluster.history.first?.changes
                == #"{"comment":{"id":1,"before":null,"after":"one"}}"#)
        _ = cluster.send(.items(.editComment(CommentID(1), expected: 1, text: "two")))
        #expect(
            cluster.history.first?.changes
                == #"{"comment":{"id":1,"before":"one","after":"two"}}"#)
        #expect(
            cluster.send(.items(.editComment(CommentID(1), expected: 1, text: "x"))).refusal
                == cluster.state.items.item(.comment(CommentID(1))).map { .itemMismatch($0) })
        #expect(cluster.send(.items(.deleteComment(CommentID(1), expected: 2))) == .itemDeleted(.comment(CommentID(1))))
        #expect(cluster.store.items[.comment(CommentID(1))]?.life.deletedAt != nil)
        #expect(cluster.state.tasks[TaskID(1)] == task)
        #expect(cluster.send(.items(.addComment(TaskID(9), text: "x"))).refusal == .notFound(TaskID(9)))
        #expect(cluster.send(.items(.addComment(TaskID(1), text: ""))).isInvalid)
    }

    @Test func `A comment is its author's, and an admin's`() {
        var cluster = withUsers()
        _ = cluster.create()
        _ = cluster.send(.items(.addComment(TaskID(1), text: "one")), credential: TokenID(2))
        let edit = Command.items(.editComment(CommentID(1), expected: nil, text: "two"))
        let delete = Command.items(.deleteComment(CommentID(1), expected: nil))
        #expect(cluster.send(edit, credential: TokenID(3)).refusal == .forbidden)
        #expect(cluster.send(delete, credential: TokenID(3)).refusal == .forbidden)
        #expect(cluster.send(edit, credential: TokenID(2)).comment?.user == UserID(2))
        #expect(cluster.send(delete, credential: TokenID(1)).refusal == nil)
    }

    @Test func `A saved view is its owner's, or everybody's`() {
        var cluster = withUsers()
        let mine = Command.items(.saveView(name: "mine", query: "p1", owner: UserID(2)))
        #expect(cluster.send(mine, credential: TokenID(3)).refusal == .forbidden)
        #expect(cluster.send(mine, credential: TokenID(2)).view?.id == ViewID(1))
        let shared = Command.items(.saveView(name: "all", query: "", owner: nil))
        #expect(cluster.send(shared, credential: TokenID(3)).view?.id == ViewID(2))
        func rename(_ id: UInt64) -> Command {
            .items(.updateView(ViewID(id), expected: nil, name: "x", query: nil))
        }
        #expect(cluster.send(rename(1), credential: TokenID(3)).refusal == .forbidden)
        #expect(cluster.send(rename(2), credential: TokenID(2)).view?.life.version == 2)
        #expect(cluster.send(.items(.deleteView(ViewID(1), expected: 9))).refusal != nil)
        #expect(
            cluster.send(.items(.deleteView(ViewID(1), expected: nil)), credential: TokenID(2))
                == .itemDeleted(.view(ViewID(1))))
    }

    @Test func `An outcome is remembered under its key`() {
        var cluster = cluster()
        _ = cluster.create()
        let add = Command.items(.addComment(TaskID(1), text: "one"))
        let first = cluster.send(add, key: "k").comment
        guard case .replayedItem(let outcome, let item) = cluster.send(add, key: "k") else {
            Issue.record("It was not recognised.")
            return
        }
        #expect(outcome.item == .comment(CommentID(1)))
        #expect(item == first.map { .comment($0) })
        #expect(cluster.state.items.comments.count == 1)
        let loaded = cluster.store.load()
        #expect(loaded?.scalars == cluster.state.scalars)
    }

    @Test func `An import makes all of its tasks or none`() {
        var cluster = cluster()
        let tasks = (1...500).map { TaskFields(title: "t\($0)") }
        #expect(cluster.send(.importTasks(tasks), key: "k") == .imported(first: TaskID(1), count: 500))
        #expect(cluster.state.tasks.count == 500)
        #expect(cluster.history.map(\.ordinal) == Array(0..<500))
        guard case .replayed(let outcome, nil, _) = cluster.send(.importTasks(tasks), key: "k")
        else {
            Issue.record("It was not recognised.")
            return
        }
        #expect(outcome == KeyOutcome(kind: .imported, task: TaskID(1), version: 500))
        var wrong = tasks
        wrong[3].title = ""
        #expect(
            cluster.send(.importTasks(wrong)).refusal
                == .invalid("/tasks/3/title must not be empty"))
        #expect(cluster.send(.importTasks([])).isInvalid)
        #expect(cluster.state.tasks.count == 500)
        #expect(cluster.state.scalars.nextTask == 501)
    }

    @Test func `Many tasks are imported with few entries that members can pass on`() {
        var tasks = (0..<1_200).map { TaskFields(title: "t\($0)") }
        for place in 600..<605 {
            tasks[place].description = String(repeating: "x", count: Limits.descriptionBytes)
        }
        let commands = Command.imports(of: tasks)
        var imported: [TaskFields] = []
        for case .importTasks(let batch) in commands {
            #expect(batch.count <= Limits.importedTasks)
            let request = Request(
                origin: Applied.origin, number: 1, floor: 1, actor: "a", key: nil,
                command: .importTasks(batch))
            #expect(request.encoded().count + Stamp.size <= Limits.commandBytes)
            imported += batch
        }
        #expect(imported == tasks)
        #expect(commands.count < 12)
        #expect(Command.imports(of: []).isEmpty)
    }

    @Test func `An import for which there is no room leaves everything as it was`() {
        var cluster = cluster()
        _ = cluster.send(.limitState(20_000))
        let tasks = [TaskFields](repeating: TaskFields(title: "x"), count: 200)
        #expect(cluster.send(.importTasks(tasks)).refusal == .stateFull)
        #expect(cluster.state.tasks.isEmpty)
        #expect(cluster.send(.importTasks(Array(tasks.prefix(50)))).refusal == nil)
    }

    @Test func `A deleted task comes back under its number, with a version that it never had`() throws {
        var cluster = cluster()
        let task = try cluster.created()
        #expect(
            cluster.send(.restoreTask(task)).refusal == .conflict(.taskIsLive(task)))
        var versions: Set<UInt64> = [1]
        for _ in 0..<5 {
            guard case .deleted(_, let version) = cluster.send(.deleteTask(task.id, expected: nil))
            else {
                Issue.record("It was not deleted.")
                return
            }
            #expect(versions.insert(version).inserted)
            // Whoever restores may know an old tombstone.
            let restored = try #require(cluster.send(.restoreTask(task)).task)
            #expect(versions.insert(restored.version).inserted)
            #expect(restored.fields == task.fields)
            #expect(restored.created == task.created)
            #expect(restored.deletedAt == nil)
        }
        var unknown = task
        unknown.id = TaskID(99)
        #expect(cluster.send(.restoreTask(unknown)).refusal == .notFound(TaskID(99)))
        #expect(cluster.store.load()?.scalars == cluster.state.scalars)
    }

    @Test func `What comes back finds a place, also where its own is gone`() throws {
        var cluster = cluster()
        let task = try cluster.created()
        _ = cluster.send(.deleteTask(task.id, expected: nil))
        var lost = task
        lost.fields.board = BoardID(7)
        lost.fields.column = "nowhere"
        lost.createdBy = 77
        lost.rank = .max
        lost.created = .latest
        let restored = try #require(cluster.send(.restoreTask(lost)).task)
        #expect(restored.fields.board == .first)
        #expect(restored.fields.column == nil)
        #expect(restored.createdBy == 1)
        #expect(restored.rank < .max)
        #expect(restored.created <= restored.updated)
    }
}
