/// The order of tasks within their columns.
extension WorkState {
    /// What lies between the ranks of tasks that were made one after the other.
    private static let rankStep: Int64 = 1 << 20
    /// Ranks keep away from the ends of their type, so that no step overflows.
    static let rankMax: Int64 = 1 << 61

    /// From machine version 3 on a task that was moved to the end may stand where the number of a
    /// later one would put that.
    func rankOfNew(_ id: TaskID, _ fields: TaskFields) -> Int64 {
        let rank = Int64(truncatingIfNeeded: id.rawValue << 20)
        guard scalars.machineVersion >= 3, let column = column(of: fields),
            let last = places.last(in: column, of: fields.board)
        else { return rank }
        return max(rank, Self.bounded(last.rank + Self.rankStep))
    }

    func rankAtEnd(of task: TaskRecord) -> Int64 {
        guard let column = column(of: task.fields),
            let last = places.last(in: column, of: task.fields.board)
        else { return task.rank }
        return Self.bounded(last.rank + Self.rankStep)
    }

    private static func bounded(_ rank: Int64) -> Int64 { min(max(rank, -rankMax), rankMax) }

    func column(of fields: TaskFields) -> Column? {
        items.board(fields.board)?.fields.column(of: fields)
    }

    mutating func move(
        _ id: TaskID, expected: UInt64?, _ move: TaskMove, _ context: inout Context
    ) -> Reply {
        guard let old = tasks[id] else { return .refused(.notFound(id)) }
        if let expected, expected != old.version { return .refused(.versionMismatch(old)) }
        do throws(Refusal) {
            var task = old
            var patch = TaskPatch()
            patch.board = move.board
            patch.column = move.column.map { .some($0) }
            task.fields = try checked(patch.applied(to: old.fields))
            guard let column = column(of: task.fields) else {
                preconditionFailure("What was checked has a column.")
            }
            let gap = gap(for: task, in: column, move)
            if staysInPlace(old, task, gap) { return .task(old) }
            let room = Self.rank(between: gap, or: task.rank).map { Room(rank: $0) }
                ?? makeRoom(for: task, in: column, gap)
            task.rank = room.rank
            // This may be refused, because of its job; the neighbours follow.
            task = try change(old, to: task, as: .move, &context)
            for (id, rank) in room.neighbours { renumber(id, rank, &context) }
            return .task(task)
        } catch {
            return .refused(error)
        }
    }

    /// The neighbours between which a task is to stand; nil where there is none.
    private typealias Gap = (low: RankList.Place?, high: RankList.Place?)

    private func gap(for task: TaskRecord, in column: Column, _ move: TaskMove) -> Gap {
        let board = task.fields.board
        if let low = neighbour(move.after, of: task, in: column) {
            return (low, place(after: low, but: task.id, in: column, of: board))
        }
        if let high = neighbour(move.before, of: task, in: column) {
            return (place(before: high, but: task.id, in: column, of: board), high)
        }
        var last = places.last(in: column, of: board)
        if let found = last, found.task == task.id {
            last = places.last(before: found, in: column, of: board)
        }
        return (last, nil)
    }

    private func neighbour(
        _ id: TaskID?, of task: TaskRecord, in column: Column
    ) -> RankList.Place? {
        guard let id, id != task.id, let found = tasks[id],
            found.fields.board == task.fields.board,
            self.column(of: found.fields)?.key == column.key
        else { return nil }
        return found.place
    }

    private func place(
        after place: RankList.Place, but id: TaskID, in column: Column, of board: BoardID
    ) -> RankList.Place? {
        guard let next = places.next(after: place, in: column, of: board) else { return nil }
        return next.task == id ? places.next(after: next, in: column, of: board) : next
    }

    private func place(
        before place: RankList.Place, but id: TaskID, in column: Column, of board: BoardID
    ) -> RankList.Place? {
        guard let last = places.last(before: place, in: column, of: board) else { return nil }
        return last.task == id ? places.last(before: last, in: column, of: board) : last
    }

    /// nil if there is none: the neighbours must make room.
    private static func rank(between gap: Gap, or rank: Int64) -> Int64? {
        switch gap {
        case (nil, nil): return rank
        case (let low?, nil): return low.rank < rankMax - rankStep ? low.rank + rankStep : nil
        case (nil, let high?): return high.rank > rankStep - rankMax ? high.rank - rankStep : nil
        case (let low?, let high?):
            return high.rank - low.rank < 2 ? nil : low.rank + (high.rank - low.rank) / 2
        }
    }

    /// Whether it stands there already.
    private func staysInPlace(_ old: TaskRecord, _ task: TaskRecord, _ gap: Gap) -> Bool {
        guard old.fields.isIdentical(to: task.fields) else { return false }
        if let low = gap.low, !(low < old.place) { return false }
        if let high = gap.high, !(old.place < high) { return false }
        return true
    }
}

// MARK: Renumbering

extension WorkState {
    /// A task's rank, and those that its neighbours get to make room for it.
    private struct Room {
        var rank: Int64
        var neighbours: [(TaskID, Int64)] = []
    }

    /// Spreads the nearest neighbours on both sides over what is free around them. Only where so
    /// many stand as close as they can does the task come beside its neighbours, not between them.
    private func makeRoom(for task: TaskRecord, in column: Column, _ gap: Gap) -> Room {
        let (half, board) = (Limits.tasksRenumbered / 2, task.fields.board)
        var (below, above): ([RankList.Place], [RankList.Place]) = ([], [])
        var (lower, upper) = gap
        while let place = lower, below.count < half {
            below.append(place)
            lower = self.place(before: place, but: task.id, in: column, of: board)
        }
        while let place = upper, above.count < half {
            above.append(place)
            upper = self.place(after: place, but: task.id, in: column, of: board)
        }
        let count = Int64(below.count + above.count + 1)
        let middle = (gap.low ?? gap.high)?.rank ?? task.rank
        let wide = Self.rankStep * (count + 1)
        let low = lower?.rank ?? Self.bounded((below.last?.rank ?? middle) - wide)
        let high = upper?.rank ?? Self.bounded((above.last?.rank ?? middle) + wide)
        let step = (high - low) / (count + 1)
        if step < 1 { return Room(rank: middle) }
        var room = Room(rank: low + step * Int64(below.count + 1))
        for (place, neighbour) in (below.reversed() + above).enumerated() {
            let number = place < below.count ? place + 1 : place + 2
            room.neighbours.append((neighbour.task, low + step * Int64(number)))
        }
        return room
    }

    /// A change like any other, though nobody asked for it: whoever shows the task must learn it.
    private mutating func renumber(_ id: TaskID, _ rank: Int64, _ context: inout Context) {
        guard let old = tasks[id], old.rank != rank else { return }
        var task = old
        task.rank = rank
        store(old, &task, as: .move, &context)
    }
}
