import HTTPTypes
import Server
import Testing

@Suite struct LeverRouteTests {
    private let demo = TestFront(levers: MemoryLevers())
    private let path = "/v1/cluster/levers"
    private let kill = #"{"lever":"kill","node":2}"#

    @Test func `Where there are no levers, nothing tells that there could be`() async throws {
        let plain = TestFront()
        for host in ["127.0.0.1:8080", "localhost"] {
            let asked = try await plain.send(.get, path, authority: host)
            let pulled = try await plain.send(.post, path, json: kill, authority: host)
            let unknown = try await plain.send(.get, "/v1/cluster/nothing", authority: host)
            let deleted = try await plain.send(.delete, path, authority: host)
            #expect(asked.status == 404 && pulled.status == 404 && deleted.status == 404)
            #expect(asked.text == unknown.text && pulled.text == unknown.text)
        }
    }

    @Test func `In a demo they are shown and pulled`() async throws {
        let shown = try await demo.send(.get, path)
        #expect(shown.status == 200)
        #expect(shown.text == #"{"nodes":[]}"#)
        #expect(shown.header("Cache-Control") == "no-store")
        let pulled = try await demo.send(.post, path, json: kill)
        #expect(pulled.status == 200)
        #expect(pulled.text == kill)
    }

    @Test(arguments: [
        "127.0.0.1:8080", "localhost:8080", "LOCALHOST", "[::1]:8080", "127.0.0.1",
    ])
    func `Names of this machine may be asked`(host: String) async throws {
        #expect(try await demo.send(.get, path, authority: host).status == 200)
        let own = ["Origin": "http://\(host)"]
        #expect(try await demo.send(.post, path, own, json: kill, authority: host).status == 200)
    }

    @Test(arguments: ["evil.example:8080", "127.0.0.1.evil.example", ""])
    func `A name that anybody could give this address is not`(host: String) async throws {
        #expect(try await demo.send(.post, path, json: kill, authority: host).status == 421)
        #expect(try await demo.send(.get, path, authority: host).status == 421)
    }

    @Test(arguments: [
        "http://evil.example", "null", "http://127.0.0.1:9999",
    ])
    func `A page from elsewhere may not pull`(origin: String) async throws {
        let answer = try await demo.send(.post, path, ["Origin": origin], json: kill)
        #expect(answer.status == 403)
    }

    @Test func `What makes no sense, and a supervisor that is gone, are problems`() async throws {
        let refused = try await demo.send(.post, path, json: "{}")
        #expect(refused.status == 400)
        #expect(try refused.json["detail"] == .string("say which"))
        let gone = try await demo.send(.post, path, json: #"{"lever":"gone"}"#)
        #expect(gone.status == 503)
        let form = try await demo.send(.post, path, ["Content-Type": "text/plain"], json: kill)
        #expect(form.status == 415)
        let deleted = try await demo.send(.delete, path)
        #expect(deleted.status == 405)
        #expect(deleted.header("Allow") == "GET, HEAD, POST")
    }
}

@Suite struct TransferRouteTests {
    private let front = TestFront()
    private let path = "/v1/cluster/transfer"

    @Test(arguments: ["{}", #"{"to":3}"#, #"{"to":null}"#])
    func `Leadership moves to whom it is asked to, or to anybody`(body: String) async throws {
        let answer = try await front.send(.post, path, json: body)
        #expect(answer.status == 200)
        #expect(answer.text == #"{"leader":3,"term":2}"#)
    }

    @Test func `It may stay where it is`() async throws {
        let answer = try await front.send(.post, path, json: #"{"to":2}"#)
        #expect(answer.status == 409)
        #expect(try answer.json["code"] == .string("not_transferred"))
        front.node.set(leader: nil)
        #expect(try await front.send(.post, path, json: "{}").status == 503)
    }

    @Test(arguments: [
        (#"{"to":9}"#, "invalid_value"), (#"{"to":"2"}"#, "invalid_value"),
        (#"{"to":0}"#, "invalid_value"), ("[]", "invalid_value"), (#"{"whom":2}"#, "unknown_field"),
        ("{", "bad_json"),
    ])
    func `Whom nobody knows is named`(body: String, code: String) async throws {
        let answer = try await front.send(.post, path, json: body)
        #expect(answer.status == 400)
        #expect(try answer.json["code"] == .string(code))
    }

    @Test func `Looking moves nothing`() async throws {
        let answer = try await front.send(.get, path)
        #expect(answer.status == 405)
        #expect(answer.header("Allow") == "POST")
    }
}
