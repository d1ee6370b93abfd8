import Wire
import Work

/// Random commands from a seed, with the texts that databases get wrong.
struct RandomWork {
    var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func apply(_ count: Int, to world: inout World) {
        world.apply(.raiseMachineVersion(4))
        for _ in 0..<count {
            let node = UInt64.random(in: 1...3, using: &generator)
            let key = chance(3) ? "key-\(generator.next())é" : nil
            let actor = chance(2) ? name() : nil
            switch Int.random(in: 0..<27, using: &generator) {
            case 20: world.apply(.importTasks([fields(), fields()]), node: node, key: key)
            case 21, 22: world.apply(.moveTask(task(world), expected: nil, move()), node: node)
            case 23: restore(in: &world, node)
            case 24, 25: world.apply(.items(item(world)), node: node, actor: actor, key: key)
            case 26: world.apply(.people(person()), node: node, key: key)
            case 0: world.applyNothing()
            case 1: world.applyNothing(configuration: bytes())
            case 2: world.wait(milliseconds: .random(in: 0...2_000_000, using: &generator))
            case 3: world.apply(registration(node), node: node)
            case 4...6: world.apply(.deleteTask(task(world), expected: nil), node: node, key: key)
            case 7...11:
                world.apply(
                    .updateTask(task(world), expected: nil, patch()), node: node, actor: actor,
                    key: key)
            default: world.apply(create(world), node: node, actor: actor, key: key)
            }
        }
    }

    mutating func chance(_ of: Int) -> Bool {
        Int.random(in: 0..<of, using: &generator) == 0
    }

    mutating func task(_ world: World) -> TaskID {
        TaskID(.random(in: 1...max(1, world.state.scalars.nextTask), using: &generator))
    }

    mutating func fields() -> TaskFields {
        var fields = TaskFields(title: String(text(40).prefix(255)) + name())
        fields.description = chance(20) ? String(repeating: "\\\"\n'", count: 16_384) : text(300)
        fields.status = TaskStatus.allCases.randomElement(using: &generator) ?? .pending
        fields.priority = .random(in: 0...4, using: &generator)
        fields.due = date()
        fields.assignee = chance(2) ? name() : nil
        fields.labels = (0..<Int.random(in: 0...4, using: &generator)).map { _ in name() }
        if chance(4) { fields.board = BoardID(2) }
        if chance(4) { fields.column = "review" }
        return fields
    }

    /// Under the next number, or under one that is named, which may leave out some.
    private mutating func create(_ world: World) -> Command {
        let fields = fields()
        guard fields.priority == 3 else { return .createTask(fields) }
        let gap = UInt64(fields.labels.count)
        return .createNumbered(TaskID(world.state.scalars.nextTask + gap), fields)
    }

    private mutating func patch() -> TaskPatch {
        var patch = TaskPatch()
        let fields = fields()
        if chance(2) { patch.title = fields.title }
        if chance(2) { patch.description = fields.description }
        if chance(2) { patch.status = fields.status }
        if chance(2) { patch.due = .some(fields.due) }
        if chance(2) { patch.assignee = .some(fields.assignee) }
        if chance(2) { patch.labels = fields.labels }
        return patch
    }

    private mutating func registration(_ node: UInt64) -> Command {
        .registerNode(
            NodeRegistration(
                id: node, name: name(), address: "http://[::1]:\(node)",
                incarnation: UInt64.max - node))
    }

    private mutating func date() -> CalendarDate? {
        let dates = [
            nil, CalendarDate(year: 1, month: 1, day: 1),
            CalendarDate(year: 2028, month: 2, day: 29),
            CalendarDate(year: 9999, month: 12, day: 31),
        ]
        return dates[Int.random(in: 0..<dates.count, using: &generator)]
    }

    private mutating func bytes() -> [UInt8] {
        (0..<Int.random(in: 0...300, using: &generator)).map { _ in
            .random(in: 0...255, using: &generator)
        }
    }

    /// One line without control characters.
    mutating func name() -> String {
        let names = [
            "Ada", "ada", "ADA", "ada ", " ada", "e\u{301}", "é", "ß", "ss", "İ", "日本語", "👩‍👩‍👧‍👦",
            "O'Neil", "\"quoted\"", "back\\slash", "%_", "$1", "?", "NULL", "-- x", "\u{ffff}",
            "\u{10ffff}", "\u{202e}abc", "a\u{a0}", "0", "1e3", "{\"a\":1}", "\u{fffd}",
        ]
        return names[Int.random(in: 0..<names.count, using: &generator)]
    }

    mutating func text(_ pieces: Int) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0...pieces, using: &generator) { text += name() + " " }
        return String(String.UnicodeScalarView(text.unicodeScalars.prefix(240)))
    }
}
