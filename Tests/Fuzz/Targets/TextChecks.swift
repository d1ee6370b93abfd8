import Console
import Work

/// Tables that people import: what was read is read again from what is written of it.
enum CSVCheck {
    static func check(_ bytes: [UInt8]) throws(Broken) -> Bool {
        let lines = bytes.count { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") } + 1
        let records: [CSVReader.Record]
        do {
            records = try CSVReader.records(bytes)
        } catch {
            try expect((1...lines).contains(error.line), "an error in line \(error.line)")
            return false
        }
        var last = 0
        for record in records {
            try expect(record.line > last && record.line <= lines, "a record in a wrong line")
            last = record.line
        }
        // A header in front, as every file has one: a mark at the very start would be skipped.
        let written = "h\r\n" + records.map { CSVWriter.record($0.fields) }.joined()
        let again = (try? CSVReader.records(Array(written.utf8)))?.dropFirst() ?? []
        try expect(again.count == records.count, "other records")
        for (one, other) in zip(again, records) {
            let isSame = one.fields.elementsEqual(other.fields) { $0.isIdentical(to: $1) }
            try expect(isSame, "the record of line \(other.line) is another")
        }
        return !records.isEmpty
    }
}

/// Addresses in files and on the command line: what is taken is written so that it is taken again.
enum AddressCheck {
    static func check(_ bytes: [UInt8]) throws(Broken) -> Bool {
        guard let text = String(validating: bytes, as: UTF8.self), let address = HostPort(text)
        else { return false }
        try expect(HostPort(address.description) == address, "\(address) is another")
        return true
    }
}
