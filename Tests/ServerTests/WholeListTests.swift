import HTTPTypes
import Server
import Testing

/// Lists that are mostly read as a whole, read in pieces all the same.
@Suite(.timeLimit(.minutes(5))) struct WholeListTests {
    private let front = TestFront()
    private static let paths = [
        "/v1/boards", "/v1/views", "/v1/users", "/v1/tokens", "/v1/labels", "/v1/queues",
    ]

    /// Three of each, and the headers of somebody who sees them all.
    private func fill() async throws -> [String: String] {
        for number in 1...3 {
            _ = try await front.send(
                .post, "/v1/tasks", json: #"{"title":"t","labels":["label \#(number)"]}"#)
            try await front.put("q\(number)")
            _ = try await front.send(
                .post, "/v1/views", json: #"{"name":"v\#(number)","query":"milk"}"#)
        }
        for name in ["two", "three"] {
            _ = try await front.send(.post, "/v1/boards", json: #"{"name":"\#(name)"}"#)
        }
        try await front.makeAdmin()
        let admin = try await front.signIn()
        for name in ["bob", "carl"] {
            _ = try await front.send(.post, "/v1/users", admin, json: #"{"name":"\#(name)"}"#)
            _ = try await front.token(admin, #"{"name":"\#(name)","scopes":["read"]}"#)
        }
        return admin
    }

    private static func name(of element: JSONValue) -> JSONValue {
        let names = [element["id"], element["name"], element["label"]]
        return names.first { $0 != .null } ?? .null
    }

    /// All elements, by the links from page to page.
    private func follow(
        _ path: String, _ headers: [String: String]
    ) async throws -> (items: [JSONValue], pages: Int) {
        var next: String? = path
        var items: [JSONValue] = []
        var pages = 0
        while let path = next {
            let answer = try await front.send(.get, path, headers)
            #expect(answer.status == 200)
            items += try answer.json["items"].elements
            pages += 1
            next = answer.header("Link").flatMap { link in
                link.firstMatch(of: #/^<([^>]+)>; rel="next"$/#).map { String($0.1) }
            }
            let isLast = try answer.json["next_cursor"] == .null
            #expect(isLast == (next == nil))
        }
        return (items, pages)
    }

    @Test func `They come as a whole, and page by page as the same`() async throws {
        let admin = try await fill()
        for path in Self.paths {
            let whole = try await front.send(.get, path, admin)
            let items = try whole.json["items"].elements
            #expect(items.count == 3, "\(path)")
            #expect(try whole.json["next_cursor"] == .null)
            #expect(whole.header("Link") == nil)
            let pieces = try await follow(path + "?limit=2&consistency=stale", admin)
            #expect(pieces.pages == 2)
            #expect(pieces.items.map(Self.name) == items.map(Self.name))
            #expect(!items.map(Self.name).contains(.null))
        }
    }

    @Test func `A page goes on behind what is gone meanwhile`() async throws {
        let admin = try await fill()
        let first = try await front.send(.get, "/v1/views?limit=1", admin).json
        let cursor = try #require(first["next_cursor"].text)
        _ = try await front.send(.delete, "/v1/views/1", admin)
        let next = try await front.send(.get, "/v1/views?limit=1&cursor=\(cursor)", admin).json
        #expect(next["items"][0]["id"] == .integer(2))
    }

    @Test func `A label of any text is a place`() async throws {
        let labels = ["a b", "\u{301}x", "ä", "日本", "+/="]
        for label in labels {
            _ = try await front.send(
                .post, "/v1/tasks", json: #"{"title":"t","labels":["\#(label)"]}"#)
        }
        let found = try await follow("/v1/labels?limit=1", [:])
        #expect(found.pages == labels.count)
        #expect(Set(found.items.compactMap { $0["label"].text }) == Set(labels))
    }

    @Test func `A cursor belongs to its list`() async throws {
        let admin = try await fill()
        for path in Self.paths {
            let page = try await front.send(.get, path + "?limit=1", admin).json
            let cursor = try #require(page["next_cursor"].text)
            for other in Self.paths {
                let answer = try await front.send(.get, "\(other)?cursor=\(cursor)", admin)
                #expect(answer.status == (other == path ? 200 : 400), "\(path) \(other)")
            }
            for limit in ["0", "1001", "x", ""] {
                #expect(try await front.send(.get, "\(path)?limit=\(limit)", admin).status == 400)
            }
            #expect(try await front.send(.get, path + "?limit=1000", admin).status == 200)
        }
    }

    @Test func `What others may not see takes no place in a page`() async throws {
        let admin = try await fill()
        let user = #"{"name":"dora","role":"member","password":"correct horse"}"#
        _ = try await front.send(.post, "/v1/users", admin, json: user)
        let dora = try await front.signIn("dora")
        let own = #"{"name":"own","query":"milk","private":true}"#
        _ = try await front.send(.post, "/v1/views", admin, json: own)
        _ = try await front.send(.post, "/v1/views", admin, json: #"{"name":"l","query":"x"}"#)
        let views = try await follow("/v1/views?limit=2", dora)
        #expect(views.items.compactMap { $0["name"].text } == ["v1", "v2", "v3", "l"])
        #expect(views.pages == 2)
        #expect(try await follow("/v1/tokens?limit=1", dora).items.count == 1)
    }
}
