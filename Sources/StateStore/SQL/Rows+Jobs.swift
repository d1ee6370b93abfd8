package import Work

extension JobRecord: StoredRow {
    package static var table: Table { .jobs }

    package var values: [SQLValue] {
        var values: [SQLValue] = []
        values.reserveCapacity(Table.jobs.columns.count)
        values.append(.unsigned(id.rawValue))
        values.append(.text(queue.text))
        values.append(.text(state.name))
        values.append(.int(Int64(priority)))
        values.append(.text(created.sql))
        for number in [delay, timeToRun, due, place] { values.append(.unsigned(number)) }
        values.append(.int(Int64(generation)))
        values.append(.optional(session?.origin.node))
        values.append(session.map { .hex($0.origin.incarnation) } ?? .null)
        values.append(.optional(session?.number))
        retry.append(to: &values)
        for count in counts.all { values.append(.int(Int64(count))) }
        values.append(.optional(unique))
        values.append(.optional(error))
        values.append(.optional(traceparent?.text))
        values.append(.blob(body))
        return values
    }

    package init(row: inout SQLRow) throws {
        let id = JobID(try row.unsigned())
        self.init(id: id, queue: try row.queueName())
        let name = try row.text()
        guard let state = JobState.allCases.first(where: { $0.name == name }) else {
            throw row.unexpected("a state")
        }
        self.state = state
        priority = try row.number(UInt32.self)
        created = try row.time()
        delay = try row.unsigned()
        timeToRun = try row.unsigned()
        due = try row.unsigned()
        place = try row.unsigned()
        generation = try row.number(UInt32.self)
        session = try row.optionalSession()
        retry = try RetryPolicy(row: &row)
        counts = try JobCounts(row: &row)
        unique = try row.optionalText()
        error = try row.optionalText()
        traceparent = try row.optionalTrace()
        body = try row.blob()
    }
}

extension RetryPolicy {
    fileprivate func append(to values: inout [SQLValue]) {
        for number in [attempts, base, longest] { values.append(.int(Int64(number))) }
        values.append(.text(growth.name))
        values.append(.int(Int64(jitter)))
    }

    fileprivate init(row: inout SQLRow) throws {
        self.init(
            attempts: try row.number(UInt32.self), base: try row.number(UInt32.self),
            longest: try row.number(UInt32.self))
        let name = try row.text()
        guard let growth = Growth.allCases.first(where: { $0.name == name }) else {
            throw row.unexpected("a growth")
        }
        self.growth = growth
        jitter = try row.number(UInt8.self)
    }
}

extension RetryPolicy.Growth {
    fileprivate var name: String {
        switch self {
        case .constant: "constant"
        case .linear: "linear"
        case .exponential: "exponential"
        }
    }
}

extension JobCounts {
    fileprivate var all: [UInt32] {
        [reserves, timeouts, releases, buries, kicks, failures, tries]
    }

    fileprivate init(row: inout SQLRow) throws {
        self.init()
        reserves = try row.number(UInt32.self)
        timeouts = try row.number(UInt32.self)
        releases = try row.number(UInt32.self)
        buries = try row.number(UInt32.self)
        kicks = try row.number(UInt32.self)
        failures = try row.number(UInt32.self)
        tries = try row.number(UInt32.self)
    }
}

extension SQLRow {
    mutating func queueName() throws -> QueueName {
        guard let name = QueueName(try text()) else { throw unexpected("a queue's name") }
        return name
    }

    fileprivate mutating func optionalTrace() throws -> TraceParent? {
        guard let text = try optionalText() else { return nil }
        guard let trace = TraceParent(text) else { throw unexpected("a traceparent") }
        return trace
    }

    fileprivate mutating func optionalSession() throws -> SessionID? {
        let (node, incarnation) = (try optionalUnsigned(), try optionalText())
        let number = try optionalUnsigned()
        switch (node, incarnation.map(Hex.value), number) {
        case (nil, nil, nil): return nil
        case (let node?, let incarnation??, let number?):
            return SessionID(
                origin: Origin(node: node, incarnation: incarnation), number: number)
        default: throw unexpected("the rest of a session")
        }
    }
}
