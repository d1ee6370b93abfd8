package import Work

extension QueueRecord: StoredRow {
    package static var table: Table { .queues }

    package var values: [SQLValue] {
        [
            .text(name.text), .unsigned(place), .flag(settings != nil),
            .optional(settings?.length), .optional(settings?.body),
            .optional(settings?.concurrency), .unsigned(pausedUntil), .unsigned(pause),
            .unsigned(idleSince),
        ] + counts.all.map { .unsigned($0) } + [
            .optional(purge?.next.rawValue), .optional(purge?.below.rawValue),
            purge.map { .flag($0.takesReserved) } ?? .null, .unsigned(kickBelow),
        ]
    }

    package init(row: inout SQLRow) throws {
        let name = try row.queueName()
        self.init(name: name, place: try row.unsigned())
        settings = try row.optionalSettings()
        pausedUntil = try row.unsigned()
        pause = try row.unsigned()
        idleSince = try row.unsigned()
        // Something is added to it before the rows are known to be the stored ones.
        guard idleSince <= UInt64(Int64.max) else { throw row.unexpected("a time") }
        counts = try QueueCounts(row: &row)
        purge = try row.optionalPurge()
        kickBelow = try row.unsigned()
    }
}

extension QueueCounts {
    /// In the order of `all`.
    fileprivate init(row: inout SQLRow) throws {
        self.init()
        puts = try row.unsigned()
        reserves = try row.unsigned()
        deletes = try row.unsigned()
        timeouts = try row.unsigned()
        releases = try row.unsigned()
        buries = try row.unsigned()
        kicks = try row.unsigned()
        failures = try row.unsigned()
        pauses = try row.unsigned()
    }
}

extension SQLRow {
    fileprivate mutating func optionalSettings() throws -> QueueSettings? {
        let isConfigured = try flag()
        let settings = QueueSettings(
            length: try optionalUnsigned(), body: try optionalUnsigned(),
            concurrency: try optionalUnsigned())
        guard isConfigured || settings == QueueSettings() else {
            throw unexpected("NULL, as nobody configured the queue,")
        }
        return isConfigured ? settings : nil
    }

    fileprivate mutating func optionalPurge() throws -> Purge? {
        let (next, below) = (try optionalUnsigned(), try optionalUnsigned())
        let takesReserved = try optionalUnsigned()
        switch (next, below, takesReserved) {
        case (nil, nil, nil): return nil
        case (let next?, let below?, 0?), (let next?, let below?, 1?):
            return Purge(next: JobID(next), below: JobID(below), takesReserved: takesReserved == 1)
        default: throw unexpected("the rest of a purge")
        }
    }
}

extension SessionRecord: StoredRow {
    package static var table: Table { .sessions }

    package var values: [SQLValue] {
        id.key + [.flag(isAttached), .int(Int64(phase.rawValue)), .unsigned(wait)]
    }

    package init(row: inout SQLRow) throws {
        let origin = Origin(node: try row.unsigned(), incarnation: try row.hex())
        let id = SessionID(origin: origin, number: try row.unsigned())
        self.init(id: id, isAttached: try row.flag())
        guard let phase = Phase(rawValue: try row.number(UInt8.self)) else {
            throw row.unexpected("a phase")
        }
        self.phase = phase
        wait = try row.unsigned()
    }
}

extension SessionID {
    /// The values of its row's key.
    var key: [SQLValue] {
        [.unsigned(origin.node), .hex(origin.incarnation), .unsigned(number)]
    }
}

extension UniqueRecord: StoredRow {
    package static var table: Table { .uniques }

    package var values: [SQLValue] {
        name.key + [.unsigned(job.rawValue), .unsigned(until)]
    }

    package init(row: inout SQLRow) throws {
        let name = KeyName(principal: try row.text(), text: try row.text())
        self.init(name: name, job: JobID(try row.unsigned()), until: try row.unsigned())
    }
}

extension KeyName {
    /// The values of its row's key.
    var key: [SQLValue] { [.text(principal), .text(text)] }
}
