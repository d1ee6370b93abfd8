import Testing
import Work

/// What a task may hold: at each limit it passes, one beyond it does not.
@Suite struct ValidationTests {
    private func pointers(_ change: (inout TaskFields) -> Void) -> [String] {
        var fields = TaskFields(title: "x")
        change(&fields)
        return fields.problems.map(\.pointer)
    }

    @Test func `A title has 1 to 255 scalars`() {
        #expect(pointers { $0.title = "" } == ["/title"])
        #expect(pointers { $0.title = String(repeating: "日", count: 255) }.isEmpty)
        #expect(pointers { $0.title = String(repeating: "x", count: 256) } == ["/title"])
        // One character on the screen, and 200 scalars more.
        #expect(
            pointers { $0.title = "e" + String(repeating: "\u{301}", count: 255) } == ["/title"])
    }

    @Test func `A description is bounded in bytes`() {
        #expect(pointers { $0.description = String(repeating: "x", count: 65_536) }.isEmpty)
        #expect(
            pointers { $0.description = String(repeating: "x", count: 65_537) } == ["/description"])
        #expect(
            pointers { $0.description = String(repeating: "é", count: 32_769) } == ["/description"])
        #expect(pointers { $0.description = "a\r\n\tb" }.isEmpty)
    }

    @Test(arguments: ["\u{0}", "\u{1}", "\u{1f}", "\u{7f}", "\u{8}"])
    func `Control characters are refused everywhere`(_ text: String) {
        let found = pointers {
            $0.title = "a" + text
            $0.description = text
            $0.assignee = text
            $0.labels = ["fine", text]
        }
        #expect(found == ["/title", "/description", "/assignee", "/labels/1"])
    }

    @Test func `Line breaks and tabs belong into the description alone`() {
        for text in ["a\nb", "a\tb", "a\rb"] {
            #expect(pointers { $0.title = text } == ["/title"])
            #expect(pointers { $0.labels = [text] } == ["/labels/0"])
        }
    }

    @Test func `Priority, assignee and labels have their bounds`() {
        #expect(pointers { $0.priority = 4 }.isEmpty)
        #expect(pointers { $0.priority = 5 } == ["/priority"])
        #expect(pointers { $0.assignee = "" } == ["/assignee"])
        #expect(pointers { $0.assignee = String(repeating: "é", count: 64) }.isEmpty)
        #expect(pointers { $0.assignee = String(repeating: "é", count: 65) } == ["/assignee"])
        #expect(pointers { $0.labels = [String](repeating: "x", count: 32) }.isEmpty)
        #expect(pointers { $0.labels = [String](repeating: "x", count: 33) } == ["/labels"])
        #expect(pointers { $0.labels = [String(repeating: "x", count: 65)] } == ["/labels/0"])
        #expect(pointers { $0.labels = [""] } == ["/labels/0"])
    }

    @Test func `Everything that is wrong is named at once`() {
        let found = pointers {
            $0.title = ""
            $0.priority = 9
            $0.labels = ["", "ok", ""]
        }
        #expect(found == ["/title", "/priority", "/labels/0", "/labels/2"])
    }

    @Test(arguments: TaskStatus.allCases) func `A status has a name that leads back`(
        _ status: TaskStatus
    ) {
        #expect(TaskStatus(name: status.name) == status)
        #expect(TaskStatus(name: "Done") == nil)
    }
}
