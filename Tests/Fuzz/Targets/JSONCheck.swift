import Server
import Wire
import Work

/// Bodies of requests: what is taken as JSON reads the same when it is written with every
/// character escaped; and the task that a body is taken for fits into a command.
enum JSONCheck {
    static func check(_ bytes: [UInt8]) throws(Broken) -> Bool {
        let value: JSONValue
        do {
            value = try JSONReader.read(bytes)
        } catch {
            try expect((0...bytes.count).contains(error.offset), "an error outside of the input")
            return false
        }
        let text = written(value)
        do {
            let again = try JSONReader.read(text)
            try expect(written(again) == text, "it reads otherwise when it is written again")
        } catch let error as JSONError {
            throw Broken("it is refused when it is written again: \(error)")
        } catch let error as Broken {
            throw error
        } catch {
            throw Broken("\(error)")
        }
        try checkTask(value)
        try checkJobs(value)
        return true
    }

    private static func checkTask(_ value: JSONValue) throws(Broken) {
        if let (fields, author) = try? TaskInput.create(value) {
            try expect(fields.problems.isEmpty, "a task is taken that cannot be stored")
            try checkCommand(.createTask(fields), author)
        }
        if let (patch, author) = try? TaskInput.update(value) {
            try checkCommand(.updateTask(TaskID(1), expected: nil, patch), author)
        }
    }

    private static func checkJobs(_ value: JSONValue) throws(Broken) {
        let longest = QueueName(String(repeating: "q", count: Limits.queueNameBytes))
        if let (jobs, _) = try? JobInput.jobs(value), let longest {
            try checkCommand(.jobs(.put(longest, jobs)), nil)
        }
        if let input = try? ReserveInput(value, queue: nil) {
            try expect(input.wait <= 60_000 && !input.queues.isEmpty, "a wait without an end")
        }
        if let input = try? LeaseInput(value, for: .fail) {
            let holder = Holder.lease(input.lease.generation)
            try checkCommand(
                .jobs(.fail(input.lease.job, holder, error: input.error, chance: 0)), nil)
        }
    }

    /// What passed at the door is no surprise to whoever reads the log.
    private static func checkCommand(_ command: Command, _ author: String?) throws(Broken) {
        let bytes = Request(
            origin: Origin(node: 1, incarnation: 2), number: 3, floor: 3, actor: author, key: nil,
            command: command
        ).encoded()
        try expect(bytes.count + Stamp.size <= Limits.commandBytes, "the command is too long")
        var reader = ByteReader(bytes)
        do throws(WireError) {
            let read = try Request(from: &reader)
            try expectIdentical(read.encoded(), bytes)
        } catch {
            throw Broken("the command is refused: \(error)")
        }
    }

    private static func expectIdentical(_ one: [UInt8], _ other: [UInt8]) throws(WireError) {
        if one != other { throw .invalidValue }
    }

    private static func written(_ value: JSONValue) -> [UInt8] {
        var text: [UInt8] = []
        write(value, to: &text)
        return text
    }

    private static func write(_ value: JSONValue, to text: inout [UInt8]) {
        switch value {
        case .null: text += "null".utf8
        case .bool(let bool): text += (bool ? "true" : "false").utf8
        case .integer(let number): text += "\(number)".utf8
        case .number: text += "0.5".utf8
        case .string(let string): write(string, to: &text)
        case .array(let elements):
            text += "[".utf8
            for (place, element) in elements.enumerated() {
                if place > 0 { text += ",".utf8 }
                write(element, to: &text)
            }
            text += "]".utf8
        case .object(let members):
            text += "{".utf8
            for (place, member) in members.enumerated() {
                if place > 0 { text += ",".utf8 }
                write(member.name, to: &text)
                text += ":".utf8
                write(member.value, to: &text)
            }
            text += "}".utf8
        }
    }

    private static func write(_ string: String, to text: inout [UInt8]) {
        let digits = Array("0123456789abcdef".utf8)
        text += "\"".utf8
        for unit in string.utf16 {
            text += "\\u".utf8
            for shift in [12, 8, 4, 0] as [UInt16] { text.append(digits[Int(unit >> shift & 15)]) }
        }
        text += "\"".utf8
    }
}
