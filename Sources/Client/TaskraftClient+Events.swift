import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// What comes of following the changes of a cluster.
package enum Following: Hashable, Sendable {
    /// This node sends events from now on: first of all, and again after each loss.
    case connected(String)
    case events([ServerEvent])
    /// The stream broke; the next node is asked, from the place where it broke.
    case lost(String)
}

extension TaskraftClient {
    private static var pause: Duration { .seconds(1) }

    /// Hands over all changes as they happen, from whichever node is there, none left out: until
    /// the task is cancelled or the body throws.
    ///
    /// - Throws: what the body throws, a refusal, and `unreachable` if no node ever answered.
    package func follow(_ body: (Following) async throws -> Void) async throws {
        var parser = EventParser()
        var isFirst = true
        var failures = 0
        while !Task.isCancelled {
            let place = exchange.place(after: failures)
            let (connected, trouble) = try await listen(at: place, &parser, body)
            if Task.isCancelled { return }
            failures = connected ? 1 : failures + 1
            isFirst = isFirst && !connected
            if isFirst && failures == exchange.bases.count {
                throw ClientError.unreachable(trouble)
            }
            if connected || failures == 1 { try await body(.lost(trouble)) }
            if failures.isMultiple(of: exchange.bases.count) {
                try? await Task.sleep(for: Self.pause)
            }
        }
    }

    /// Until the stream breaks; why it did, and whether there was one at all.
    private func listen(
        at place: Int, _ parser: inout EventParser, _ body: (Following) async throws -> Void
    ) async throws -> (connected: Bool, trouble: String) {
        let base = exchange.bases[place]
        var connected = false
        parser.restart()
        do {
            let stream = try await exchange.events(at: place, after: parser.lastID)
            var pieces = stream.makeAsyncIterator()
            while true {
                let piece: ByteBuffer?
                do {
                    piece = try await pieces.next(isolation: #isolation)
                } catch {
                    throw BrokenStream(text: Exchange.failure(error, at: base).text)
                }
                guard let piece else { break }
                if !connected {
                    connected = true
                    exchange.stay(at: place)
                    try await body(.connected("\(base)"))
                }
                let events = try parser.feed(piece.readableBytesView)
                if !events.isEmpty { try await body(.events(events)) }
            }
            return (connected, "\(base): the node ended the stream")
        } catch let broken as BrokenStream {
            return (connected, broken.text)
        }
    }
}

/// A node does not answer, or no longer: another one may.
struct BrokenStream: Error {
    var text: String
}

extension Exchange {
    /// Opens the stream of events of one node.
    func events(
        at place: Int, after lastID: String?
    ) async throws -> HTTPClientResponse.Body {
        var request = HTTPClientRequest(url: bases[place].text + "/v1/events")
        if let lastID { request.headers.add(name: "Last-Event-ID", value: lastID) }
        authorize(&request)
        let response: HTTPClientResponse
        do {
            // The time is for the first line of the answer; a stream has no end.
            response = try await http.execute(request, timeout: TimeAmount(policy.attempt))
        } catch {
            throw BrokenStream(text: Self.failure(error, at: bases[place]).text)
        }
        if response.status == .ok { return response.body }
        guard let answer = try? await answer(response), answer.status < 500 else {
            throw BrokenStream(text: "\(bases[place]): status \(response.status.code)")
        }
        throw ClientError.refused(answer.problem)
    }
}
