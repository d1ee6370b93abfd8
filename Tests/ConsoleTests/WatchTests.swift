import Client
import Console
import Foundation
import Testing

@Suite struct WatchTests {
    private func change(_ kind: String, title: String = "Tea") throws -> TaskChange {
        let data = """
            {"kind":"\(kind)","index":9,"ordinal":0,"term":1,"node":2,"task":{"id":7,
             "title":"\(title)","description":"","status":"pending","priority":1,
             "due":"2031-12-24","assignee":"ann","labels":[],"board":1,"column":null,"rank":1,
             "created_by":1,"author":null,"version":3,"created":"c","updated":"u",
             "deleted_at":null}}
            """
        return try #require(try TaskChange(ServerEvent(name: "task", data: data)))
    }

    @Test func `a change is one line, whatever the title holds`() throws {
        #expect(
            WatchText.line(try change("updated"), belongs: true)
                == "updated 7, pending, p1, due 2031-12-24, @ann: Tea")
        #expect(
            WatchText.line(try change("created", title: #"a\nb\u001b[2J"#), belongs: true)
                .hasSuffix(": a b [2J"))
    }

    @Test func `a task that leaves the list is told`() throws {
        #expect(WatchText.line(try change("updated"), belongs: false).hasPrefix("updated, gone 7"))
        #expect(WatchText.line(try change("deleted"), belongs: false).hasPrefix("deleted 7"))
    }

    @Test func `a comment names its task, and other events are none of a task`() throws {
        let data = #"{"kind":"commented","comment":{"task_id":7},"index":9,"ordinal":0}"#
        let comment = try #require(try TaskChange(ServerEvent(name: "comment", data: data)))
        #expect(WatchText.line(comment, belongs: true) == "commented 7")
        #expect(try TaskChange(ServerEvent(name: "cluster", data: "{}")) == nil)
    }

    @Test func `for programs it is the event, and whether the task belongs to the list`() throws {
        let line = try WatchText.json(try change("updated"), belongs: false)
        #expect(!line.contains("\n"))
        let value: JSONValue = try JSON.decode(from: Data(line.utf8))
        guard case .object(let members) = value else { Issue.record("no object"); return }
        #expect(members["belongs"] == .bool(false))
        #expect(members["kind"] == .string("updated") && members["index"] == .integer(9))
    }

    @Test func `a table never grows beyond the terminal`() {
        let table = (1...20).map { "row \($0)\n" }.joined()
        let screen = WatchText.screen(table, footer: "live", height: 8)
        let lines = screen.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 8)
        #expect(lines[5].hasPrefix("and 15 more") && lines[7].hasPrefix("live"))
        #expect(!WatchText.screen("a\nb\n", footer: "live", height: 8).contains("more"))
    }

    @Test func `a column is a key, a name and a status`() {
        let column = BoardText.column("dig:Digging: now:in_progress")
        #expect(column?.key == "dig" && column?.name == "Digging: now")
        #expect(column?.status == "in_progress")
        #expect(BoardText.column("dig:in_progress") == nil && BoardText.column("dig") == nil)
    }

    @Test func `a filter keeps its words when it is asked about some tasks`() {
        #expect(TaskFilter(query: "label:home").among([1, 2]).query == "label:home id:1,2")
        #expect(TaskFilter(status: "done").among([3]).query == "id:3")
    }
}
