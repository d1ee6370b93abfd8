import Client
import Console
import Foundation
import Logging
import Testing

@Suite struct OutputTests {
    private func table() -> TextTable {
        var table = TextTable([
            .init("ID", .right), .init("TITLE", shrinks: true), .init("DUE"),
        ])
        table.append(["7", "Buy 日本茶", "-"])
        table.append(["12", "A title that is rather long", .init("today", .red)])
        return table
    }

    @Test func `columns are aligned by what a terminal shows`() {
        #expect(
            table().text(width: nil, colours: false) == """
                ID  TITLE                        DUE
                 7  Buy 日本茶                   -
                12  A title that is rather long  today

                """)
    }

    @Test func `a narrow terminal shortens what may shrink`() {
        let lines = table().text(width: 30, colours: false).split(separator: "\n")
        #expect(lines.allSatisfy { Printable.width(String($0)) <= 30 })
        #expect(lines.last == "12  A title that is ra…  today")
    }

    @Test func `colours come only where they are wanted`() {
        #expect(!table().text(width: nil, colours: false).contains("\u{1b}"))
        #expect(table().text(width: nil, colours: true).contains("\u{1b}[31mtoday\u{1b}[0m"))
    }

    @Test func `text of others cannot steer the terminal`() {
        #expect(Printable.line("a\u{1b}[2Jb\r\nc\u{9b}d\u{202e}") == "a [2Jb  c d ")
        #expect(Printable.lines("one\ntwo\r\nthree\u{7}") == "one\ntwo\nthree ")
        var table = TextTable([.init("T")])
        table.append([.init("x\u{1b}]0;gotcha\u{7}")])
        #expect(!table.text(width: nil, colours: false).contains("\u{1b}"))
    }

    @Test(arguments: [("abc", 3), ("日本", 4), ("👍🏽", 2), ("e\u{301}", 1), ("", 0)])
    func `width counts columns`(text: String, width: Int) {
        #expect(Printable.width(text) == width)
    }

    @Test func `what is cut says so and fits`() {
        #expect(Printable.fit("abcdef", 4) == "abc…")
        #expect(Printable.fit("abcd", 4) == "abcd")
        #expect(Printable.width(Printable.fit("日本茶碗", 4)) <= 4)
    }

    @Test func `progress is a bar on a terminal and seldom a line elsewhere`() {
        var bar = Progress(total: 10, isTerminal: true)
        #expect(
            bar.update(done: 1, elapsed: .zero) == "\r\u{1b}[K[###...........................] 1/10"
        )
        #expect(bar.update(done: 2, elapsed: .milliseconds(10)) == nil)
        #expect(bar.update(done: 10, elapsed: .milliseconds(20))?.hasSuffix("10/10\n") == true)
        var lines = Progress(total: 10, isTerminal: false)
        #expect(lines.update(done: 1, elapsed: .zero) == nil)
        #expect(lines.update(done: 5, elapsed: .milliseconds(2500)) == "5 of 10, 2/s\n")
        #expect(lines.update(done: 6, elapsed: .milliseconds(2600)) == nil)
        #expect(lines.update(done: 10, elapsed: .seconds(5)) == "10 of 10, 2/s\n")
    }

    @Test func `a log line stays one line, as text and as JSON`() throws {
        let metadata = [("peer", "n2"), ("why", "a \"b\"\nc"), ("time", "x")]
        let text = LogLine.text(
            time: "T", level: .info, message: "two\nlines", metadata: metadata, colours: false)
        #expect(text == "T INFO     two lines peer=n2 why=\"a \\\"b\\\"\\nc\" time=x\n")
        let json = LogLine.json(
            time: "T", level: .error, label: "n1", message: "two\nlines \u{1}", metadata: metadata)
        #expect(json.filter { $0 == "\n" }.count == 1)
        let members = try JSON.decode([String: String].self, from: Data(json.utf8))
        #expect(members["message"] == "two\nlines \u{1}")
        #expect(members["why"] == "a \"b\"\nc")
        #expect(members["time"] == "T" && members["time_"] == "x")
    }

    @Test func `a conflict shows both versions side by side`() throws {
        let data = Data(
            #"""
            {"id":1,"title":"Tea","description":"","status":"pending","priority":0,"due":null,
             "assignee":null,"labels":[],"board":1,"column":null,"rank":1,
             "created_by":1,"author":null,"version":3,"created":"c","updated":"u","deleted_at":null}
            """#.utf8)
        let task: TaskItem = try JSON.decode(from: data)
        var edit = TaskEdit()
        edit.title = .set("Green tea")
        var current = task
        current.title = "Black tea"
        current.version = 4
        let text = TaskText.conflict(wanted: edit.applied(to: task), current: current)
        #expect(text.contains("Green tea") && text.contains("Black tea"))
        #expect(text.contains("edited from 3"))
    }

    @Test func `failures have the exit codes that scripts rely on`() {
        #expect(Failure(ClientError.unavailable("x")).status == .unavailable)
        #expect(Failure(ClientError.unknownOutcome("x", key: "k")).status == .unavailable)
        #expect(Failure(ClientError.refused(Problem(status: 412, title: "x"))).status == .conflict)
        #expect(Failure(ClientError.refused(Problem(status: 404, title: "x"))).status == .failure)
        #expect(Failure(ConfigurationProblems([])).status == .configuration)
    }
}
