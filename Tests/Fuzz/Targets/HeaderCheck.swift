import HTTPTypes
import Server
import Wire
import Work

/// Headers that say under which condition, and under which key, a request is to be done.
enum HeaderCheck {
    /// The input: lines with a letter for the header, then its value.
    static func check(_ bytes: [UInt8]) throws(Broken) -> Bool {
        guard let text = String(validating: bytes, as: UTF8.self) else { return false }
        var headers = HTTPFields()
        for line in text.split(separator: "\n") {
            guard let letter = line.first, let name = name(letter) else { return false }
            headers.append(HTTPField(name: name, value: String(line.dropFirst())))
        }
        let hasVersion = try checkVersion(headers)
        let hasKey = try checkKey(headers)
        let matches = EntityTag.matches(headers, EntityTag.text(7))
        return hasVersion || hasKey || matches
    }

    private static func name(_ letter: Character) -> HTTPField.Name? {
        switch letter {
        case "m": .ifMatch
        case "n": .ifNoneMatch
        case "k": HTTPField.Name("Idempotency-Key")
        default: nil
        }
    }

    private static func checkVersion(_ headers: HTTPFields) throws(Broken) -> Bool {
        guard let expectation = try? Expectation(headers) else { return false }
        if case .version(let version) = expectation, version != 0 {
            try expect(
                headers[.ifMatch] == EntityTag.text(version), "a version has two tags")
        }
        return true
    }

    /// A key is the same in quotes, and fits into a command.
    private static func checkKey(_ headers: HTTPFields) throws(Broken) -> Bool {
        guard let found = try? KeyHeader.key(headers), let name = name("k") else { return false }
        try expect((1...KeyHeader.lengthMax).contains(found.utf8.count), "a key of no length")
        try expect(found.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }, "a key nobody can read")
        var quoted = "\""
        for character in found {
            if character == "\"" || character == "\\" { quoted += "\\" }
            quoted.append(character)
        }
        quoted += "\""
        let again = try? KeyHeader.key([name: quoted])
        try expect(again == found, "the key is another in quotes")
        let request = Request(
            origin: Origin(node: 1, incarnation: 2), number: 3, floor: 3, actor: nil,
            key: IdempotencyKey(principal: "", text: found, fingerprint: 4),
            command: .raiseMachineVersion(1))
        var reader = ByteReader(request.encoded())
        let read = try? Request(from: &reader)
        try expect(read?.key?.text == found, "the key does not fit into a command")
        return true
    }
}
