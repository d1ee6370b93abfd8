import HTTPTypes
import Work

// What can stand in the way of requests for boards, comments, saved views and people.
extension Problem {
    static func noBoard(_ id: BoardID) -> Problem {
        notFound("there is no board \(id.rawValue)")
    }

    static let madeAndGone = notFound(
        "the request was done before, and what it made is deleted since")

    static func badQuery(_ error: QueryError, _ name: String) -> Problem {
        Problem(
            .badRequest, .badQuery, "The filter cannot be read",
            "\(name), at character \(error.offset): expected \(error.expected)")
    }

    static func staleItem(_ item: Item) -> Problem {
        var problem = Problem(
            .preconditionFailed, .staleVersion, "It was changed meanwhile",
            "it now has version \(item.life.version): read it again")
        problem.version = item.life.version
        return problem
    }

    static func undoConflict(
        _ task: TaskRecord, _ errors: [FieldProblem], _ detail: String
    ) -> Problem {
        var problem = Problem(.conflict, .undoConflict, "The step cannot be undone", detail)
        problem.current = task
        problem.errors = errors
        return problem
    }

    static func tooMany(_ what: String) -> Problem {
        Problem(
            .conflict, .tooMany, "There may be no more of these",
            "there may be no more \(what); remove some")
    }

    init(_ conflict: Conflict) {
        func problem(_ code: Code, _ title: String, _ detail: String) -> Problem {
            Problem(.conflict, code, title, detail)
        }
        switch conflict {
        case .nameTaken: self = problem(.nameTaken, "The name is taken", "another user has it")
        case .emailTaken: self = problem(.emailTaken, "The e-mail is taken", "another user has it")
        case .lastAdmin:
            self = problem(
                .lastAdmin, "There must be an admin",
                "nobody would be left who may manage users: make another admin first")
        case .columnHoldsTasks(let key, let count):
            self = problem(
                .columnHoldsTasks, "The column holds tasks",
                "\(key) holds \(count) tasks: say with move_to where they go, at most "
                    + "\(Limits.tasksMovedWithColumns) at once")
        case .boardHoldsTasks(let count):
            self = problem(
                .boardHoldsTasks, "The board holds tasks",
                "it holds \(count) tasks: move or delete them first")
        case .firstBoard:
            self = problem(
                .firstBoard, "The first board stays", "it can be renamed, and not be deleted")
        case .taskIsLive(let task):
            self = problem(
                .taskIsLive, "The task is there",
                "task \(task.id.rawValue) is not deleted; as_of makes it what it was then")
            current = task
        }
    }
}
