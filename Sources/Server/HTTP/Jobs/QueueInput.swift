package import Work

/// What an operator wants of a queue.
package enum QueueInput {
    package static func settings(_ value: JSONValue) throws(Problem) -> QueueSettings {
        var reader = FieldReader(value, nullable: ["length", "body", "concurrency"])
        // As far as a number of JSON is exact everywhere.
        let range: ClosedRange<UInt64> = 0...(1 << 53)
        let settings = QueueSettings(
            length: reader.integer("length", range),
            body: reader.integer("body", 0...UInt64(Limits.jobBytesShared)),
            concurrency: reader.integer("concurrency", range))
        try reader.finish().check()
        return settings
    }

    /// Milliseconds; nil until resumed.
    package static func pause(_ value: JSONValue) throws(Problem) -> UInt64? {
        var reader = FieldReader(value, nullable: ["for"])
        let duration = reader.span("for")
        if duration == 0 {
            reader.report("for", "must be longer than nothing; resume ends a pause")
        }
        try reader.finish().check()
        return duration
    }

    /// A request without fields.
    package static func nothing(_ value: JSONValue) throws(Problem) {
        var reader = FieldReader(value)
        try reader.finish().check()
    }

    /// Which jobs are to be tried again.
    package enum Kick: Hashable, Sendable {
        case all
        case most(Int)
        case these([JobID])
        /// Buried jobs whose body or last error contains the text.
        case matching(String, cursor: String?)
    }

    package static func kick(_ value: JSONValue) throws(Problem) -> Kick {
        var reader = FieldReader(value)
        let most = reader.integer("max", 1...UInt64(Limits.jobsPerCommand))
        let ids = ids(&reader)
        let match = reader.string("match")
        // The first piece has none yet, and may say so.
        let isFirst = reader.takeNull("cursor")
        let cursor = isFirst ? nil : reader.string("cursor")
        if match == "" { reader.report("match", "must not be empty") }
        if isFirst || cursor != nil, match == nil { reader.report("cursor", "is for match alone") }
        if [most != nil, ids != nil, match != nil].count(where: { $0 }) > 1 {
            reader.report("", "takes one of max, ids and match")
        }
        try reader.finish().check()
        if let most { return .most(Int(most)) }
        if let ids { return .these(ids) }
        return match.map { .matching($0, cursor: cursor) } ?? .all
    }

    private static func ids(_ reader: inout FieldReader) -> [JobID]? {
        guard let value = reader.take("ids") else { return nil }
        guard case .array(let elements) = value,
            (1...Limits.jobsPerCommand).contains(elements.count)
        else {
            reader.report("ids", "must be an array of 1 to \(Limits.jobsPerCommand) jobs")
            return nil
        }
        var ids: [JobID] = []
        for (place, element) in elements.enumerated() {
            if case .integer(let number) = element, number > 0 {
                ids.append(JobID(UInt64(number)))
            } else {
                reader.report("ids/\(place)", "must be a job's number")
            }
        }
        return ids
    }
}
