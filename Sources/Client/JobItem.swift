package import Foundation

/// A job as the API answers it. Times are in milliseconds.
package struct JobItem: Codable, Hashable, Sendable {
    package struct Retry: Codable, Hashable, Sendable {
        /// 0 for no limit.
        package var attempts: UInt32
        /// `constant`, `linear` or `exponential`.
        package var backoff: String
        package var delay: UInt64
        package var longestDelay: UInt64?
        package var jitter: Int

        enum CodingKeys: String, CodingKey {
            case attempts, backoff
            case delay = "delay_ms"
            case longestDelay = "max_delay_ms"
            case jitter
        }
    }

    package var id: UInt64
    package var queue: String
    /// `ready`, `delayed`, `reserved` or `buried`.
    package var state: String
    /// With a job that was reserved: what finishes it.
    package var lease: String?
    package var priority: UInt32
    package var created: String
    package var age: UInt64
    package var delay: UInt64
    package var timeToRun: UInt64
    /// Until its delay or its lease ends.
    package var dueIn: UInt64?
    package var retry: Retry?
    package var unique: String?
    package var error: String?
    /// The trace it belongs to, as W3C Trace Context writes it.
    package var traceparent: String?
    package var attempt: UInt64
    package var reserves: UInt64
    package var timeouts: UInt64
    package var releases: UInt64
    package var buries: UInt64
    package var kicks: UInt64
    package var failures: UInt64
    /// Bytes of the body.
    package var size: Int
    /// One of them, if the body was asked for.
    package var text: String?
    package var base64: String?
    package var preview: String?

    enum CodingKeys: String, CodingKey {
        case id, queue, state, lease, priority, created
        case age = "age_ms"
        case delay = "delay_ms"
        case timeToRun = "ttr_ms"
        case dueIn = "due_in_ms"
        case retry, unique, error, traceparent
        case attempt, reserves, timeouts, releases, buries, kicks, failures, size
        case text = "body"
        case base64 = "body_base64"
        case preview
    }

    /// Empty if it was not asked for.
    package var body: Data {
        if let text { return Data(text.utf8) }
        return base64.flatMap { Data(base64Encoded: $0) } ?? Data()
    }
}

/// A job to be put. What is nil is left to the cluster's defaults; spans are texts such as `5s`.
package struct JobDraft: Encodable, Hashable, Sendable {
    package struct Retry: Codable, Hashable, Sendable {
        package var attempts: UInt32?
        package var backoff: String?
        package var delay: String?
        package var longestDelay: String?
        package var jitter: Int?

        enum CodingKeys: String, CodingKey {
            case attempts, backoff, delay
            case longestDelay = "max_delay"
            case jitter
        }

        package init() {}
    }

    package struct Unique: Codable, Hashable, Sendable {
        package var key: String
        package var window: String?

        package init(key: String, window: String? = nil) {
            self.key = key
            self.window = window
        }
    }

    package var body: Data
    package var priority: UInt32?
    package var delay: String?
    package var runAt: String?
    package var timeToRun: String?
    package var retry: Retry?
    package var unique: Unique?
    /// Of W3C Trace Context: whoever works on the job gets it.
    package var traceparent: String?

    package init(body: Data) { self.body = body }

    enum CodingKeys: String, CodingKey {
        case body
        case base64 = "body_base64"
        case priority, delay
        case runAt = "run_at"
        case timeToRun = "ttr"
        case retry, unique, traceparent
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        if let text = String(validating: body, as: UTF8.self) {
            try container.encode(text, forKey: .body)
        } else {
            try container.encode(body.base64EncodedString(), forKey: .base64)
        }
        try container.encodeIfPresent(priority, forKey: .priority)
        try container.encodeIfPresent(delay, forKey: .delay)
        try container.encodeIfPresent(runAt, forKey: .runAt)
        try container.encodeIfPresent(timeToRun, forKey: .timeToRun)
        try container.encodeIfPresent(retry, forKey: .retry)
        try container.encodeIfPresent(unique, forKey: .unique)
        try container.encodeIfPresent(traceparent, forKey: .traceparent)
    }
}

/// What became of a job that was put. Of a batch that is answered again it may not be known.
package struct PutJob: Codable, Hashable, Sendable {
    package var id: UInt64?
    package var queue: String
    /// The unique key stands for this job, which was put before.
    package var duplicate: Bool?
}
