import StateStore
import Wire
import Work

/// Tasks as a few people would have made them within months.
func fill(_ base: Base, with count: Int) throws {
    var state = WorkState()
    var chance = SeededGenerator(seed: 1)
    var number: UInt64 = 0
    var batch = RowBatch()
    let start: Int64 = 1_795_435_200_000 - Int64(count) * 60_000
    func apply(_ command: Command, actor: String? = nil) {
        number += 1
        let stamp = Stamp(
            clusterTime: number,
            wallTime: Timestamp(milliseconds: start + Int64(state.scalars.nextTask) * 60_000))
        let request = Request(
            origin: Origin(node: 1, incarnation: 1), number: number, floor: number, actor: actor,
            key: nil, command: command)
        let payload = stamp.payload(request.encoded())
        batch.add(state.apply(index: state.scalars.index + 1, term: 1, payload: payload).applied)
    }
    apply(.registerNode(NodeRegistration(id: 1, name: "n1", address: "", incarnation: 1)))
    apply(.raiseMachineVersion(3))
    let columns =
        BoardFields.initial.columns + [Column(key: "review", name: "Review", status: .inProgress)]
    apply(.items(.createBoard(BoardFields(name: "Two", columns: columns))))
    for _ in 0..<count {
        apply(.createTask(fields(&chance)), actor: chance.pick(["ann", "bob", "cid", nil]))
        let id = TaskID(UInt64.random(in: 1..<state.scalars.nextTask, using: &chance))
        if chance.happens(of: 10) { apply(.moveTask(id, expected: nil, TaskMove())) }
        if chance.happens(of: 50) { apply(.deleteTask(id, expected: nil)) }
        if batch.entries >= 4_096 {
            try base.write(batch)
            batch = RowBatch()
        }
    }
    try base.write(batch)
}

private func fields(_ chance: inout SeededGenerator) -> TaskFields {
    let words = (0..<6).map { _ in "w\(Int.random(in: 0..<20_000, using: &chance))" }
    let kind = Bool.random(using: &chance) ? "even" : "odd"
    var fields = TaskFields(title: "Common \(kind) \(words[0]) \(words[1])")
    if chance.happens(of: 100) { fields.title += " report" }
    if chance.happens(of: 5_000) { fields.title += " seldom" }
    fields.description = (words + words.map { $0 + "x" }).joined(separator: " ")
    fields.status = chance.pick([.pending, .pending, .inProgress, .done, .done])
    fields.priority = chance.pick([0, 0, 0, 1, 2, 3, 4])
    if chance.happens(of: 3) {
        fields.due = CalendarDate(days: 20_780 + Int.random(in: -60...60, using: &chance))
    }
    fields.assignee = chance.pick(["ann", "bob", "cid", nil, nil])
    fields.labels = chance.pick([["home"], ["work"], ["home", "work"], []])
    if chance.happens(of: 2_000) { fields.labels.append("rare") }
    if chance.happens(of: 3) {
        fields.board = BoardID(2)
        fields.column = chance.pick(["pending", "review", "done"])
    }
    return fields
}

extension SeededGenerator {
    mutating func happens(of: Int) -> Bool { Int.random(in: 0..<of, using: &self) == 0 }

    mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: 0..<values.count, using: &self)]
    }
}
