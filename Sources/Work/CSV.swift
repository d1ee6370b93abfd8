/// Reads comma-separated values as RFC 4180 defines them: quoted fields may hold commas, line
/// breaks and doubled quotes. Takes LF and CRLF, and a byte order mark.
package struct CSVReader {
    package struct Record: Hashable, Sendable {
        /// Of its first character, from 1.
        package var line: Int
        package var fields: [String]
    }

    package struct Malformed: Error, Hashable, CustomStringConvertible {
        package var line: Int
        package var what: String
        package var description: String { "line \(line): \(what)" }
    }

    private var rest: ArraySlice<UInt8>
    private var line = 1

    private init(_ bytes: [UInt8]) {
        let mark: [UInt8] = [0xef, 0xbb, 0xbf]
        rest = bytes.starts(with: mark) ? bytes.dropFirst(mark.count) : bytes[...]
    }

    /// All records, without lines that hold nothing.
    package static func records(_ bytes: [UInt8]) throws(Malformed) -> [Record] {
        var reader = CSVReader(bytes)
        var records: [Record] = []
        while !reader.rest.isEmpty {
            let record = try reader.record()
            if record.fields != [""] { records.append(record) }
        }
        return records
    }

    private enum End { case field, record }

    private mutating func record() throws(Malformed) -> Record {
        let first = line
        var fields: [String] = []
        while true {
            let (field, end) = try field()
            fields.append(field)
            if end == .record { return Record(line: first, fields: fields) }
        }
    }

    private mutating func field() throws(Malformed) -> (String, End) {
        if rest.first == UInt8(ascii: "\"") {
            let content = try quoted()
            return (try text(content), try end(afterQuote: true))
        }
        let stops: Set<UInt8> = [UInt8(ascii: ","), UInt8(ascii: "\n"), UInt8(ascii: "\r")]
        let content = rest.prefix { !stops.contains($0) }
        if content.contains(UInt8(ascii: "\"")) {
            throw malformed(
                "a quote inside a field: put the whole field in quotes and double those inside")
        }
        rest = rest[content.endIndex...]
        return (try text(Array(content)), try end(afterQuote: false))
    }

    private mutating func quoted() throws(Malformed) -> [UInt8] {
        let start = line
        let quote = UInt8(ascii: "\"")
        rest = rest.dropFirst()
        var content: [UInt8] = []
        while let place = rest.firstIndex(of: quote) {
            let part = rest[..<place]
            line += part.count { $0 == UInt8(ascii: "\n") }
            content += part
            rest = rest[(place + 1)...]
            guard rest.first == quote else { return content }
            content.append(quote)
            rest = rest.dropFirst()
        }
        throw Malformed(line: start, what: "a field begins with a quote that is never closed")
    }

    /// Takes the separator away.
    private mutating func end(afterQuote: Bool) throws(Malformed) -> End {
        guard let next = rest.popFirst() else { return .record }
        switch next {
        case UInt8(ascii: ","): return .field
        case UInt8(ascii: "\r"):
            if rest.first == UInt8(ascii: "\n") { rest = rest.dropFirst() }
            line += 1
            return .record
        case UInt8(ascii: "\n"):
            line += 1
            return .record
        default:
            throw malformed("text follows a closing quote: double the quotes inside a field")
        }
    }

    private func text(_ bytes: [UInt8]) throws(Malformed) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw malformed("not UTF-8: save the file as UTF-8")
        }
        return text
    }

    private func malformed(_ what: String) -> Malformed { Malformed(line: line, what: what) }
}

/// Writes what `CSVReader` reads.
package enum CSVWriter {
    package static func record(_ fields: [String]) -> String {
        fields.map(field).joined(separator: ",") + "\r\n"
    }

    private static func field(_ text: String) -> String {
        let special: Set<Unicode.Scalar> = [",", "\"", "\n", "\r"]
        guard text.unicodeScalars.contains(where: { special.contains($0) }) else { return text }
        let doubled = text.unicodeScalars.reduce(into: String.UnicodeScalarView()) {
            $0.append($1)
            if $1 == "\"" { $0.append($1) }
        }
        return "\"\(String(doubled))\""
    }
}
