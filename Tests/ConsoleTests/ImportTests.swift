import Client
import Console
import Foundation
import Testing

@Suite struct ImportTests {
    private func csv(_ text: String) throws -> [ImportFile.Row] {
        try ImportFile(Data(text.utf8), format: .csv).rows
    }

    private func json(_ text: String) throws -> [ImportFile.Row] {
        try ImportFile(Data(text.utf8), format: .json).rows
    }

    private func problems(_ body: () throws -> [ImportFile.Row]) -> [String] {
        let error = #expect(throws: ImportFile.Problems.self) { try body() }
        return (error?.problems ?? []).map(\.description)
    }

    @Test func `columns come in any order, and empty fields leave the default`() throws {
        let rows = try csv("Labels,title,due,priority\nhome; garden;,Water,2026-12-01,2\n,Rest,,\n")
        #expect(rows.map(\.number) == [1, 2])
        #expect(rows.map(\.place) == ["line 2", "line 3"])
        var expected = TaskDraft(title: "Water")
        expected.labels = ["home", "garden"]
        expected.due = "2026-12-01"
        expected.priority = 2
        #expect(rows[0].draft == expected)
        #expect(rows[1].draft == TaskDraft(title: "Rest"))
    }

    @Test func `all that is wrong with a file is told at once, by line`() {
        let found = problems {
            try csv(
                """
                title,status,priority,due
                Fine,done,1,2026-12-01
                ,later,9,2026-02-30
                Short,done
                Words,done,high,
                """)
        }
        #expect(
            found == [
                "line 3: status: 'later' is none of pending, in_progress, done",
                "line 3: priority: 9 is not between 0 (none) and 4",
                "line 3: due: '2026-02-30' is no day such as 2026-12-01",
                "line 3: title: must not be empty",
                "line 4: has 2 fields, the header names 4",
                "line 5: priority: 'high' is no number between 0 and 4",
            ])
    }

    @Test func `unknown, repeated and missing columns are refused`() {
        #expect(
            problems { try csv("title,asignee\na,b\n") } == [
                "line 1: 'asignee' is no known column; did you mean 'assignee'?"
            ])
        #expect(
            problems { try csv("title,title\na,b\n") } == [
                "line 1: the column 'title' is there twice"
            ])
        #expect(
            problems { try csv("status\ndone\n") } == [
                "line 1: the column 'title' is missing"
            ])
    }

    @Test func `a file without a task is refused`() {
        #expect(problems { try csv("title\n") } == ["the file: holds no task"])
        #expect(problems { try csv("") } == ["the file: holds no task"])
        #expect(problems { try json("[]") } == ["the file: holds no task"])
    }

    @Test func `JSON is taken as an array and as a list of the API`() throws {
        let item = #"{"id":3,"version":2,"title":"Tea","labels":["a;b"],"assignee":null}"#
        var expected = TaskDraft(title: "Tea")
        expected.labels = ["a;b"]
        #expect(try json("[\(item)]").map(\.draft) == [expected])
        #expect(try json(#"{"items":[\#(item)],"next_cursor":null}"#).map(\.draft) == [expected])
    }

    @Test func `wrong members of JSON are named by item`() {
        let found = problems {
            try json(#"[{"title":"a"},{"title":7},{"title":"b","prio":1},{"title":""},5]"#)
        }
        #expect(
            found == [
                "item 2: title: has the wrong type",
                "item 3: prio: is no known member",
                "item 4: title: must not be empty",
                "item 5: is no object",
            ])
    }

    @Test func `what is no JSON is refused`() {
        let found = problems { try json("[{") }
        #expect(found.count == 1 && found[0].hasPrefix("the file: is not JSON"))
        #expect(problems { try json("7") }.count == 1)
    }

    @Test func `an export is read back as the same drafts`() throws {
        let data = Data(
            #"""
            [{"id":1,"title":"A, \"b\"","description":"two\nlines","status":"done","priority":3,
              "due":"2026-12-01","assignee":"ann","labels":["x","y z"],"board":2,
              "column":"review","rank":1,"created_by":1,"author":null,
              "version":4,"created":"c","updated":"u","deleted_at":null}]
            """#.utf8)
        let tasks: [TaskItem] = try JSON.decode(from: data)
        let fromCSV = try ImportFile(TaskExport.csv(tasks), format: .csv).rows
        let fromJSON = try ImportFile(try TaskExport.json(tasks), format: .json).rows
        #expect(fromCSV.map(\.draft) == fromJSON.map(\.draft))
        #expect(fromCSV[0].draft.description == "two\nlines")
        #expect(fromCSV[0].draft.labels == ["x", "y z"])
        #expect(fromCSV[0].draft.board == 2 && fromCSV[0].draft.column == "review")
        #expect(TaskExport.unfitForCSV(tasks).isEmpty)
    }

    @Test func `an export has the order of the columns`() throws {
        func task(_ id: Int, rank: Int) -> String {
            """
            {"id":\(id),"title":"t\(id)","description":"","status":"done","priority":0,"due":null,
             "assignee":null,"labels":[],"board":1,"column":null,"rank":\(rank),"created_by":1,
             "author":null,"version":1,"created":"c","updated":"u","deleted_at":null}
            """
        }
        let text = [task(1, rank: 9), task(2, rank: -3), task(4, rank: 5), task(3, rank: 5)]
        let tasks: [TaskItem] = try JSON.decode(
            from: Data("[\(text.joined(separator: ","))]".utf8))
        let titles = ["t2", "t3", "t4", "t1"]
        let fromCSV = try ImportFile(TaskExport.csv(tasks), format: .csv).rows
        #expect(fromCSV.map(\.draft.title) == titles)
        let fromJSON = try ImportFile(try TaskExport.json(tasks), format: .json).rows
        #expect(fromJSON.map(\.draft.title) == titles)
    }

    @Test(arguments: [
        (0, "+00:00"), (7_200, "+02:00"), (-12_600, "-03:30"), (20_700, "+05:45"),
        (-1_800, "-00:30"), (50_400, "+14:00"), (-36_059, "-10:00"),
    ])
    func `the zone of a machine is an offset`(seconds: Int, text: String) {
        #expect(ZoneText.offset(seconds: seconds) == text)
    }

    @Test func `the file's name tells its format`() {
        #expect(ImportFile.Format(path: "a/plan.CSV") == .csv)
        #expect(ImportFile.Format(path: "plan.v2.json") == .json)
        #expect(ImportFile.Format(path: "plan") == nil)
        #expect(ImportFile.Format(path: "plan.txt") == nil)
    }

    @Test func `keys follow from the import and the row alone`() {
        let id = ImportID("spring-1")
        #expect(id?.key(row: 7) == "import.spring-1.7")
        #expect(ImportID.random() != ImportID.random())
        #expect(ImportID.random().key(row: 1_000_000).utf8.count < 255)
    }

    @Test(arguments: ["", "two words", "a\"b", "é", String(repeating: "a", count: 101)])
    func `what cannot stand in a header is no import ID`(text: String) {
        #expect(ImportID(text) == nil)
    }
}
