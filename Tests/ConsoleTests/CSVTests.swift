import Testing
import Work

@Suite struct CSVTests {
    private func read(_ text: String) throws -> [[String]] {
        try CSVReader.records(Array(text.utf8)).map(\.fields)
    }

    @Test(arguments: [
        ("a,b\nc,d\n", [["a", "b"], ["c", "d"]]),
        ("a,b\r\nc,d", [["a", "b"], ["c", "d"]]),
        ("\u{feff}a\n", [["a"]]),
        ("a,,\n", [["a", "", ""]]),
        ("\"a,b\",\"c \"\"d\"\"\"\n", [["a,b", "c \"d\""]]),
        ("\"line one\nline two\",x\n", [["line one\nline two", "x"]]),
        ("\"\",\"\"\n", [["", ""]]),
        ("a\n\n\r\nb\n", [["a"], ["b"]]),
        ("日本茶,é\n", [["日本茶", "é"]]),
        ("", []),
    ])
    func `fields are read as RFC 4180 says`(text: String, expected: [[String]]) throws {
        #expect(try read(text) == expected)
    }

    @Test func `each record knows the line on which it begins`() throws {
        let records = try CSVReader.records(Array("h\n\"one\ntwo\"\r\n\nlast\n".utf8))
        #expect(records.map(\.line) == [1, 2, 5])
    }

    @Test(arguments: [
        ("a\nb\"c\n", 2), ("\"a\"b\n", 1), ("a\n\"never closed\n\n", 2),
    ])
    func `what is malformed is named by its line`(text: String, line: Int) {
        let error = #expect(throws: CSVReader.Malformed.self) { try read(text) }
        #expect(error?.line == line)
    }

    @Test func `bytes that are no UTF-8 are refused`() {
        let error = #expect(throws: CSVReader.Malformed.self) {
            try CSVReader.records([0x61, 0x0a, 0xff, 0x0a])
        }
        #expect(error?.line == 2)
    }

    @Test func `what is written is read back`() throws {
        let records = [
            ["plain", "", "a,b"], ["\"quoted\"", "two\nlines", "cr\rlf\r\n"],
            [" spaces ", "日本茶", ";"],
        ]
        let text = records.map { CSVWriter.record($0) }.joined()
        #expect(try read(text) == records)
    }
}
