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

    /// Each as its distance from the one before: a byte for most.
    private var packedSeen: [UInt8] {
        var writer = ByteWriter(capacity: seen.count + 10)
        writer.writeVarint(UInt64(seen.count))
        var last: UInt64 = 0
        for number in seen {
            writer.writeVarint(number &- last)
            last = number
        }
        return writer.bytes
    }

    private static func unpack(_ bytes: [UInt8]) -> [UInt64]? {
        var reader = ByteReader(bytes)
        do {
            let count = try reader.readCount(limit: Limits.originWindow)
            var seen: [UInt64] = []
            seen.reserveCapacity(min(count, reader.remaining))
            for _ in 0..<count {
                let step = try reader.readVarint()
                guard let last = seen.last else {
                    seen.append(step)
                    continue
                }
                let (number, overflows) = last.addingReportingOverflow(step)
                // They rise, or a request could be looked for where it is not.
                if step == 0 || overflows { return nil }
                seen.append(number)
            }
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
