import Wire
package import Work

extension OriginRecord: StoredRow {
    package static var table: Table { .origins }

    package var values: [SQLValue] {
        [.unsigned(origin.node), .hex(origin.incarnation), .unsigned(floor), .blob(packedSeen)]
    }

    package init(row: inout SQLRow) throws {
        let origin = Origin(node: try row.unsigned(), incarnation: try row.hex())
        let floor = try row.unsigned()
        guard let seen = Self.unpack(try row.bytes()) else { throw row.unexpected("numbers") }
        self.init(origin: origin, floor: floor, seen: seen)
    }

    private var packedSeen: [UInt8] {
        var writer = ByteWriter(capacity: seen.count + 10)
        RisingNumbers.write(seen, to: &writer)
        return writer.bytes
    }

    private static func unpack(_ bytes: [UInt8]) -> [UInt64]? {
        var reader = ByteReader(bytes)
        do {
            let seen = try RisingNumbers.read(from: &reader, limit: Limits.originWindow)
            try reader.finish()
            return seen
        } catch {
            return nil
        }
    }
}

extension KeyRecord: StoredRow {
    package static var table: Table { .keys }

    package var values: [SQLValue] {
        [
            .text(name.principal), .text(name.text), .hex(fingerprint),
            .int(Int64(outcome.kind.rawValue)), .unsigned(outcome.task.rawValue),
            .unsigned(outcome.version), .unsigned(expires), .unsigned(index),
        ]
    }

    package init(row: inout SQLRow) throws {
        let name = KeyName(principal: try row.text(), text: try row.text())
        let fingerprint = try row.hex()
        guard let kind = KeyOutcome.Kind(rawValue: try row.number(UInt8.self)) else {
            throw row.unexpected("an outcome")
        }
        let outcome = KeyOutcome(
            kind: kind, task: TaskID(try row.unsigned()), version: try row.unsigned())
        self.init(
            name: name, fingerprint: fingerprint, outcome: outcome, expires: try row.unsigned(),
            index: try row.unsigned())
    }
}
