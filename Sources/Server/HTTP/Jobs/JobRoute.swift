package import Work

/// What a path of the job queue names.
package enum JobRoute: Hashable, Sendable {
    case queues
    /// A reservation from several queues.
    case reserve
    case queue(QueueName, QueuePart)
    case job(JobID, JobPart)

    package enum QueuePart: Hashable, Sendable {
        case itself, jobs, reserve, pause, resume, purge, kick
    }

    package enum JobPart: Hashable, Sendable {
        case itself, touch, complete, fail, release, bury, kick
    }

    /// The names after `/v1/`. A queue's name is the only part of a path that may need percent
    /// signs: `a/b` is `a%2Fb`.
    init?(_ names: ArraySlice<Substring>) {
        let names = Array(names)
        switch (names.first, names.count) {
        case ("queues", 1): self = .queues
        case ("reserve", 1): self = .reserve
        case ("queues", 2...3):
            guard let text = Target.decode(names[1], plusIsSpace: false),
                let queue = QueueName(text),
                let part = Self.queuePart(names.count == 3 ? names[2] : nil)
            else { return nil }
            self = .queue(queue, part)
        case ("jobs", 2...3):
            guard let number = TaskID(digits: names[1]),
                let part = Self.jobPart(names.count == 3 ? names[2] : nil)
            else { return nil }
            self = .job(JobID(number.rawValue), part)
        default: return nil
        }
    }

    private static func queuePart(_ name: Substring?) -> QueuePart? {
        switch name {
        case nil: .itself
        case "jobs": .jobs
        case "reserve": .reserve
        case "pause": .pause
        case "resume": .resume
        case "purge": .purge
        case "kick": .kick
        default: nil
        }
    }

    private static func jobPart(_ name: Substring?) -> JobPart? {
        switch name {
        case nil: .itself
        case "touch": .touch
        case "complete": .complete
        case "fail": .fail
        case "release": .release
        case "bury": .bury
        case "kick": .kick
        default: nil
        }
    }

    /// As `Allow` lists them.
    var methods: String {
        switch self {
        case .queues: "GET, HEAD"
        case .reserve: "POST"
        case .queue(_, .itself): "GET, HEAD, PUT, DELETE"
        case .queue(_, .jobs): "GET, HEAD, POST"
        case .queue: "POST"
        case .job(_, .itself): "GET, HEAD, DELETE"
        case .job: "POST"
        }
    }
}
