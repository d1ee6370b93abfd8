import HTTPTypes
import Work

// What can stand in the way of a request for jobs.
extension Problem {
    static func noJob(_ id: JobID) -> Problem {
        notFound("there is no job \(id.rawValue), or it is finished")
    }

    static func noQueue(_ name: QueueName) -> Problem {
        notFound(
            "there is no queue \(name.text): a queue is there while it has jobs, settings or a "
                + "pause")
    }

    static func leaseOver(_ id: JobID) -> Problem {
        Problem(
            .conflict, .leaseOver, "The lease is over",
            "this reservation of job \(id.rawValue) has ended: by its time to run, or because "
                + "somebody finished it, gave it back or deleted it")
    }

    static func reserved(_ id: JobID) -> Problem {
        Problem(
            .conflict, .reserved, "A worker holds the job",
            "job \(id.rawValue) is reserved: its worker finishes it, or its lease ends")
    }

    static func notWaiting(_ id: JobID) -> Problem {
        Problem(
            .conflict, .notWaiting, "The job needs no kick",
            "job \(id.rawValue) is neither buried nor delayed")
    }

    static func queueFull(_ name: QueueName) -> Problem {
        Problem(
            .conflict, .queueFull, "The queue is full",
            "\(name.text) has as many jobs as its settings allow; nothing was added")
    }

    static func bodyTooLong(limit: UInt64) -> Problem {
        Problem(
            .contentTooLarge, .bodyTooLong, "The job's body is too long",
            "a body may have \(limit) bytes here")
    }

    static func batchTooLarge(_ detail: String) -> Problem {
        Problem(
            .contentTooLarge, .batchTooLarge, "These are too many jobs for one request",
            detail + "; send them in several requests")
    }

    private static func full(_ code: Code, _ detail: String) -> Problem {
        var problem = Problem.stateFull
        (problem.code, problem.detail) = (code, detail)
        return problem
    }

    init(_ refusal: JobRefusal) {
        switch refusal {
        case .jobNotFound(let id): self = .noJob(id)
        case .notHeld(let id): self = .leaseOver(id)
        case .queueNotFound(let name): self = .noQueue(name)
        case .queueFull(let name): self = .queueFull(name)
        case .bodyTooLong(let limit): self = .bodyTooLong(limit: limit)
        case .queuesFull: self = .full(.queuesFull, "there are \(Limits.queues) queues already")
        case .keysFull:
            self = .full(.keysFull, "\(Limits.uniqueKeys) unique keys are remembered already")
        case .stateFull: self = .stateFull
        case .sessionsFull: self = .overloaded("too many workers hold jobs; send it again shortly")
        case .sessionClosed, .waitOver:
            self = .overloaded("the reservation was given up meanwhile; send it again")
        }
    }
}
