import Wire
package import Work

/// What a worker asks for.
package struct ReserveInput: Hashable, Sendable {
    package var queues: [QueueName]
    package var max = 1
    /// Milliseconds.
    package var wait: UInt64 = 0

    static let queuesMax = 100
    static let waitMax: UInt64 = 60_000

    /// `queue` is the one in the path; without it the body names them.
    package init(_ value: JSONValue, queue: QueueName?) throws(Problem) {
        var reader = FieldReader(value, nullable: ["max", "wait", "worker"])
        queues = queue.map { [$0] } ?? Self.queues(&reader)
        let most = reader.integer("max", 1...UInt64(Limits.jobsPerCommand))
        if let most { max = Int(most) }
        if let wait = reader.span("wait", limit: Self.waitMax) { self.wait = wait }
        // A name for the client's own records; a lease is held by its token alone.
        if let worker = reader.string("worker"),
            let problem = Text.problem(worker, 1...Limits.nameCharacters)
        {
            reader.report("worker", problem)
        }
        try reader.finish().check()
    }

    /// What is the same about a request when it is sent again; how long it waits may be shorter.
    var fingerprint: UInt64 {
        let names = queues.map(\.text).joined(separator: " ")
        return Hash64.hash(Array("reserve \(max) \(names)".utf8), seed: 2)
    }

    /// The same, with what is left of its time.
    func left(until end: ContinuousClock.Instant) -> ReserveInput {
        var input = self
        let rest = ((end - ContinuousClock.now) / .milliseconds(1)).rounded(.up)
        input.wait = min(wait, UInt64(Swift.max(rest, 0)))
        return input
    }

    private static func queues(_ reader: inout FieldReader) -> [QueueName] {
        guard case .array(let elements) = reader.take("queues"),
            (1...queuesMax).contains(elements.count)
        else {
            reader.report("queues", "must be an array of 1 to \(queuesMax) names")
            return []
        }
        var names: [QueueName] = []
        for (place, element) in elements.enumerated() {
            if case .string(let text) = element, let name = QueueName(text) {
                names.append(name)
            } else {
                reader.report("queues/\(place)", QueueName.rule)
            }
        }
        return names
    }
}

/// What whoever holds a job wants to become of it.
package struct LeaseInput: Sendable {
    package var lease: LeaseToken
    package var error = ""
    package var priority: UInt32?
    package var delay: UInt64 = 0

    package init(_ value: JSONValue, for part: JobRoute.JobPart) throws(Problem) {
        var reader = FieldReader(value, nullable: Self.nullable(part))
        let token = Self.token(&reader)
        if part == .fail, let text = reader.string("error") {
            error = text
            let length = text.utf8.count
            if length > Limits.jobErrorBytes {
                reader.report(
                    "error", "has \(length) bytes, at most \(Limits.jobErrorBytes) are allowed")
            }
        }
        if part == .release || part == .bury {
            priority = reader.integer("priority", 0...UInt64(UInt32.max)).map { UInt32($0) }
        }
        if part == .release, let delay = reader.span("delay") { self.delay = delay }
        try reader.finish().check()
        guard let token else { preconditionFailure("A missing token is a problem.") }
        lease = token
    }

    private static func nullable(_ part: JobRoute.JobPart) -> Set<String> {
        switch part {
        case .fail: ["error"]
        case .release: ["priority", "delay"]
        case .bury: ["priority"]
        case .itself, .touch, .complete, .kick: []
        }
    }

    private static func token(_ reader: inout FieldReader) -> LeaseToken? {
        guard let text = reader.string("lease") else {
            if reader.problems.isEmpty { reader.report("lease", "is required") }
            return nil
        }
        if let token = LeaseToken(text: text) { return token }
        reader.report("lease", "is not a lease as it is handed out with a job")
        return nil
    }
}

/// Names one reservation. What is in it is nobody's business but ours.
package struct LeaseToken: Hashable, Sendable {
    package var job: JobID
    package var generation: UInt32

    package init(job: JobID, generation: UInt32) {
        self.job = job
        self.generation = generation
    }

    package var text: String {
        String(job.rawValue, radix: 36) + "-" + String(generation, radix: 36)
    }

    /// nil unless it has been written by `text`.
    package init?(text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let job = UInt64(parts[0], radix: 36),
            let generation = UInt32(parts[1], radix: 36)
        else { return nil }
        self.init(job: JobID(job), generation: generation)
        if self.text != text { return nil }
    }
}

extension QueueName {
    static let rule =
        "must be a queue's name: 1 to \(Limits.queueNameBytes) of A-Z a-z 0-9 - + / ; . $ _ ( ), "
        + "not starting with -"
}
