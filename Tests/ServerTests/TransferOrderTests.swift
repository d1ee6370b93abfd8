import HTTPTypes
import Server
import Testing

/// Files keep the order of the tasks in their columns.
@Suite struct TransferOrderTests {
    private let front = TestFront()

    private func order(_ front: TestFront) async throws -> [String?] {
        let items = try await front.send(.get, "/v1/tasks?sort=rank").json["items"]
        return items.elements.map { $0["title"].text }
    }

    @Test(arguments: ["csv", "json"])
    func `What is exported is imported in its order`(format: String) async throws {
        for title in ["a", "b", "c", "d"] { try await front.create(title) }
        for (id, after) in [(1, 3), (4, 2)] {
            _ = try await front.send(
                .post, "/v1/tasks/\(id)/move", ["If-Match": "*"], json: #"{"after":\#(after)}"#)
        }
        #expect(try await order(front) == ["b", "d", "c", "a"])
        let file = try await front.send(.get, "/v1/export.\(format)")
        let other = TestFront()
        let made = try await other.send(
            .post, "/v1/import?format=\(format)",
            ["Content-Type": format == "csv" ? "text/csv" : "application/json"], bytes: file.body)
        #expect(try made.json["created"] == .integer(4))
        #expect(try await order(other) == ["b", "d", "c", "a"])
    }

    @Test func `A long export has every task once`() async throws {
        let rows = (1...1_100).map { #"{"title":"t\#($0)"}"# }.joined(separator: ",")
        _ = try await front.send(.post, "/v1/import?format=json", json: "[\(rows)]")
        let items = try await front.send(.get, "/v1/export.json").json.elements
        #expect(items.compactMap { $0["id"].whole } == (1...1_100).map { Int64($0) })
        let lines = try await front.send(.get, "/v1/export.csv").text.split(separator: "\r\n")
        #expect(lines.count == 1_101)
        #expect(try await front.send(.get, "/v1/export.json?q=nothing").json.count == 0)
    }

    /// Tasks that stay when a board goes, as deleted ones do, are on no board that is there.
    @Test func `A long export has what is on no board any more`() async throws {
        _ = try await front.send(.post, "/v1/boards", json: #"{"name":"Second","columns":[{"key":"todo","name":"To do","status":"pending"}]}"#)
        let rows = (1...1_100).map { #"{"title":"t\#($0)","board":\#($0 > 1_050 ? 2 : 1)}"# }
        _ = try await front.send(
            .post, "/v1/import?format=json", json: "[\(rows.joined(separator: ","))]")
        for _ in 0..<12 {
            _ = try await front.send(
                .post, "/v1/tasks:bulk", json: #"{"filter":"","delete":true,"limit":100}"#)
        }
        let gone = try await front.send(.delete, "/v1/boards/2", ["If-Match": "*"])
        #expect(gone.status == 204)
        let items = try await front.send(.get, "/v1/export.json?q=is:deleted").json.elements
        #expect(items.count == 1_100)
    }
}
