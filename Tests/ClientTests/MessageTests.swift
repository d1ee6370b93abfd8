import Client
import Foundation
import Testing

@Suite struct MessageTests {
    @Test(arguments: [
        ("127.0.0.1:8080", "http://127.0.0.1:8080"), (" http://n1:8080/ ", "http://n1:8080"),
        ("https://tasks.example", "https://tasks.example"), ("HTTP://N1:80", "http://N1:80"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ])
    func `addresses are taken as people write them`(given: String, meant: String) throws {
        #expect(try BaseURL(given).text == meant)
    }

    @Test(arguments: [
        "", "http://", "ftp://n1:21", "http://n1:0", "http://n1:70000", "http://n1:8080/v1",
        "http://ann:secret@n1:8080", "http://n1:8080?x=1", "n1:http", "two words",
    ])
    func `what is no address of a node is refused`(given: String) {
        #expect(throws: BaseURL.Invalid.self) { try BaseURL(given) }
    }

    @Test func `a list of addresses has each once`() throws {
        let list = try BaseURL.list("n1:1, http://n2:2,,n1:1")
        #expect(list.map(\.text) == ["http://n1:1", "http://n2:2"])
        #expect(throws: BaseURL.Invalid.self) { try BaseURL.list(" , ") }
    }

    @Test func `an edit tells leaving alone, clearing and setting apart`() throws {
        var edit = TaskEdit()
        #expect(edit.isEmpty)
        edit.author = .set("ann")
        #expect(edit.isEmpty, "who edits is no change")
        edit.due = .clear
        edit.labels = .set([])
        edit.priority = .set(2)
        #expect(!edit.isEmpty)
        let text = String(decoding: try JSON.encode(edit), as: UTF8.self)
        #expect(text == #"{"author":"ann","due":null,"labels":[],"priority":2}"#)
    }

    @Test func `a draft leaves out what is not set`() throws {
        var draft = TaskDraft(title: "a/b")
        draft.labels = ["x"]
        let text = String(decoding: try JSON.encode(draft), as: UTF8.self)
        #expect(text == #"{"labels":["x"],"title":"a/b"}"#)
    }

    @Test func `values of a history are shown as people say them`() throws {
        let data = Data(#"[null,true,3,2.5,"a",["x","y"],{"b":1,"a":[]}]"#.utf8)
        let values: [JSONValue] = try JSON.decode(from: data)
        #expect(values.map(\.text) == ["-", "true", "3", "2.5", "a", "x, y", "a: , b: 1"])
        #expect(
            try JSON.encode(values) == Data(#"[null,true,3,2.5,"a",["x","y"],{"a":[],"b":1}]"#.utf8)
        )
    }

    @Test func `a problem is told in one line with its fields`() throws {
        let data = Data(
            #"""
            {"type":"/docs/errors#invalid_value","title":"Invalid","status":400,
             "code":"invalid_value","detail":"The task cannot be stored.",
             "errors":[{"pointer":"/title","detail":"must not be empty"}]}
            """#.utf8)
        let problem: Problem = try JSON.decode(from: data)
        #expect(
            "\(problem)"
                == "The task cannot be stored. (400 invalid_value); /title: must not be empty")
    }
}
