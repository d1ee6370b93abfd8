import HTTPTypes
import Node
import Server
import Testing

/// What supervisors and load balancers ask.
@Suite struct ReadinessTests {
    private let front = TestFront()

    private func names(_ query: String, status: Int) async throws -> [String?] {
        let answer = try await front.send(.get, "/readyz\(query)")
        #expect(answer.status == status, "\(query)")
        #expect(answer.header("Cache-Control") == "no-store")
        let word = status == 200 ? "ok" : "unavailable"
        #expect(try answer.json["status"] == .string(word))
        return try answer.json["checks"].elements.map { $0["name"].text }
    }

    @Test func `What is missing is named, and what is there with verbose alone`() async throws {
        #expect(try await front.send(.get, "/livez").text == "ok")
        #expect(try await names("", status: 200).isEmpty)
        front.node.set(leader: nil)
        #expect(try await names("", status: 503) == ["leader"])
        front.node.set(base: .down)
        #expect(try await names("", status: 503) == ["leader", "store"])
        front.node.set(leader: 3)
        let storeless = try await front.send(.get, "/readyz").json["checks"][0]
        #expect(storeless["ok"] == .bool(false))
        #expect(storeless["detail"].text?.hasPrefix("sqlite is down") == true)
    }

    @Test(arguments: ["?verbose", "?verbose=", "?verbose=true"])
    func `With verbose every check is told`(query: String) async throws {
        let all = ["leader", "applied", "store"]
        #expect(try await names(query, status: 200) == all)
        front.node.set(leader: nil)
        #expect(try await names(query, status: 503) == all)
        let checks = try await front.send(.get, "/readyz\(query)").json["checks"]
        #expect(checks.elements.map { $0["ok"] } == [.bool(false), .bool(true), .bool(true)])
    }

    @Test func `What is excluded counts for nothing, and is not told`() async throws {
        front.node.set(leader: nil)
        front.node.set(base: .down)
        #expect(try await names("?exclude=leader", status: 503) == ["store"])
        #expect(try await names("?exclude=leader,store", status: 200).isEmpty)
        #expect(try await names("?exclude=leader&exclude=store", status: 200).isEmpty)
        #expect(try await names("?exclude=leader&exclude=leader,store", status: 200).isEmpty)
        let query = "?verbose&exclude=store&exclude=leader"
        #expect(try await names(query, status: 200) == ["applied"])
        #expect(try await names("?verbose=false&exclude=applied", status: 503).count == 2)
    }

    @Test(arguments: [
        "exclude=", "exclude=disk", "exclude=leader,", "exclude=Leader", "verbose=1",
        "verbose&verbose", "exclud=leader", "exclude=leader&exclude=disk",
    ])
    func `A question that is misspelt is refused`(query: String) async throws {
        let answer = try await front.send(.get, "/readyz?\(query)")
        #expect(answer.status == 400)
        #expect(try answer.json["code"] == .string("bad_request"))
    }
}
