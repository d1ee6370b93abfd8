import Foundation
import NIOHTTP1

// Queues, as operators look at them and change them.
extension TaskraftClient {
    /// In the order in which they came to be.
    package func queues(stale: Bool = false) async throws(ClientError) -> [QueueItem] {
        try await all("/v1/queues", stale ? [.stale] : [])
    }

    package func queue(
        _ name: String, stale: Bool = false
    ) async throws(ClientError) -> QueueItem {
        try await get(Self.queuePath(name), stale ? [.stale] : [])
    }

    /// Replaces all its limits; the queue stays from then on, also when it is empty.
    package func configure(_ name: String, _ limits: QueueLimits) async throws(ClientError) {
        let request = Request(
            method: .PUT, path: Self.queuePath(name), body: try encode(limits), key: newKey())
        _ = try await exchange.send(request)
    }

    /// Deletes the queue with all its jobs, reserved ones too.
    package func deleteQueue(_ name: String) async throws(ClientError) -> RemovedJobs {
        let request = Request(method: .DELETE, path: Self.queuePath(name), key: newKey())
        return try await exchange.send(request).answer.decode()
    }

    private struct Pause: Encodable {
        var duration: String?

        enum CodingKeys: String, CodingKey {
            case duration = "for"
        }
    }

    /// - Parameter duration: a span such as `30s`; nil until it is resumed.
    package func pause(_ name: String, for duration: String? = nil) async throws(ClientError) {
        try await post(Self.queuePath(name, "pause"), Pause(duration: duration))
    }

    package func resume(_ name: String) async throws(ClientError) {
        try await post(Self.queuePath(name, "resume"), Nothing())
    }

    /// Deletes what waits in the queue; what is reserved stays.
    package func purge(_ name: String) async throws(ClientError) -> RemovedJobs {
        try await post(Self.queuePath(name, "purge"), Nothing()).decode()
    }

    private struct Kick: Encodable {
        var max: Int?
        var match: String?
        var cursor: String?
    }

    /// Makes all buried jobs ready. Of at most so many: if none is buried, delayed ones; a
    /// repetition after a lost answer may then kick as many again.
    package func kick(
        _ name: String, max: Int? = nil
    ) async throws(ClientError) -> KickedJobs {
        try await post(Self.queuePath(name, "kick"), Kick(max: max)).decode()
    }

    /// Makes the buried jobs ready whose body or last error contains the text.
    package func kick(_ name: String, matching text: String) async throws(ClientError) -> Int {
        var kicked = 0
        var cursor: String?
        repeat {
            let part: KickedJobs = try await post(
                Self.queuePath(name, "kick"), Kick(match: text, cursor: cursor)
            ).decode()
            kicked += part.kicked
            cursor = part.nextCursor
        } while cursor != nil
        return kicked
    }
}
