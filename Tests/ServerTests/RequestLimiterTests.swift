import HTTPTypes
import Server
import Testing

@Suite struct RequestLimiterTests {
    private let second: UInt64 = 1_000_000_000
    private let ann = RequestLimiter.Client.token(1)

    @Test func `So many are taken at once, and then as many as time gives back`() throws {
        let limiter = try #require(RequestLimiter(requests: 6))
        for left in (0..<6).reversed() {
            let verdict = limiter.take(ann, at: 0)
            #expect(verdict == .taken(.init(left: left, seconds: 10 * (6 - left))))
        }
        #expect(limiter.take(ann, at: 0) == .refused(seconds: 10))
        #expect(limiter.take(ann, at: 9 * second) == .refused(seconds: 1))
        #expect(limiter.take(ann, at: 10 * second) == .taken(.init(left: 0, seconds: 60)))
        #expect(limiter.take(ann, at: 10 * second) == .refused(seconds: 10))
    }

    @Test func `A client that waits has everything again, and no more`() throws {
        let limiter = try #require(RequestLimiter(requests: 6))
        _ = limiter.take(ann, at: 0)
        #expect(limiter.take(ann, at: 500 * second) == .taken(.init(left: 5, seconds: 10)))
    }

    @Test func `One client takes nothing from another`() throws {
        let limiter = try #require(RequestLimiter(requests: 1))
        #expect(limiter.take(ann, at: 0) != .refused(seconds: 60))
        #expect(limiter.take(ann, at: 0) == .refused(seconds: 60))
        for other in [RequestLimiter.Client.token(2), .address("10.0.0.1"), .address("10.0.0.2")] {
            #expect(limiter.take(other, at: 0) == .taken(.init(left: 0, seconds: 60)))
        }
    }

    @Test func `Who fills the memory up slows nobody down`() throws {
        let limiter = try #require(RequestLimiter(requests: 1))
        for number in 0..<20_000 as Range<UInt64> { _ = limiter.take(.token(number), at: 0) }
        #expect(limiter.take(.token(7), at: 0) == .refused(seconds: 60))
        let late = RequestLimiter.Client.address("10.0.0.1")
        for _ in 0..<3 { #expect(limiter.take(late, at: 0) != .refused(seconds: 60)) }
        // What is over makes room.
        #expect(limiter.take(late, at: 61 * second) == .taken(.init(left: 0, seconds: 60)))
        #expect(limiter.take(late, at: 61 * second) == .refused(seconds: 60))
    }

    @Test func `No limit is none`() { #expect(RequestLimiter(requests: 0) == nil) }

    @Test func `Over HTTP a token may do so much, and is told what is left`() async throws {
        let front = TestFront(requestsPerMinute: 3)
        for _ in 0..<9 { #expect(try await front.send(.get, "/v1/tasks").status == 200) }
        try await front.makeAdmin()
        let token = try await front.token(
            try await front.signIn(), #"{"name":"t","scopes":["read"]}"#)
        for left in ["2", "1", "0"] {
            let answer = try await front.send(.get, "/v1/tasks", token)
            #expect(answer.status == 200)
            #expect(answer.header("RateLimit-Policy") == #""default";q=3;w=60"#)
            #expect(answer.header("RateLimit")?.hasPrefix(#""default";r=\#(left);t="#) == true)
        }
        let refused = try await front.send(.get, "/v1/tasks", token)
        #expect(refused.status == 429)
        #expect(try refused.json["code"] == .string("too_many_requests"))
        #expect(refused.header("Retry-After") != nil)
        // Whether the node is well may always be asked.
        #expect(try await front.send(.get, "/readyz", token).status == 200)
    }
}
