import DequeModule

/// What the core knows of the log: the term of every entry, by runs, and the last entries
/// themselves, within a bound of bytes. Older entries are on disk and are asked for by effects.
struct LogWindow {
    /// The position before the first entry kept anywhere; zero until something was compacted.
    private(set) var start: LogPosition
    private(set) var last: LogPosition
    /// Everything up to here is durable on this node.
    private(set) var durable: LogIndex
    /// The first entry of each run of equal terms.
    private var runs: [LogPosition]
    private var tail: Deque<Entry>
    private var tailSize: Int

    init(start: LogPosition, last: LogPosition, runs: [LogPosition], tail: [Entry]) {
        self.start = start
        self.last = last
        self.runs = runs
        self.tail = Deque(tail)
        durable = last.index
        tailSize = tail.reduce(0) { $0 + $1.size }
    }

    /// The index of the first entry in memory; one behind the last if there is none.
    var tailStart: LogIndex { tail.first?.index ?? last.index.next }

    /// The term of the entry at `index`; nil if there is none, or it was compacted.
    func term(at index: LogIndex) -> Term? {
        if index == start.index { return start.term }
        guard index > start.index, index <= last.index else { return nil }
        return runs[run(of: index)].term
    }

    /// The last position at or before `index` whose term is at most `term`: where two logs may
    /// still agree.
    func lastPosition(notAfter index: LogIndex, termAtMost term: Term) -> LogPosition {
        var at = min(index, last.index)
        while at > start.index {
            let run = runs[run(of: at)]
            if run.term <= term { return LogPosition(term: run.term, index: at) }
            at = run.index.previous
        }
        return start
    }

    /// What is known of the entry at `index`; nil if there is none.
    func slot(at index: LogIndex) -> Glimpse.Slot? {
        guard index > start.index, let term = term(at: index) else { return nil }
        let position = LogPosition(term: term, index: index)
        guard index >= tailStart else { return Glimpse.Slot(position: position, kind: nil, size: 0) }
        let entry = tail[Int(index.rawValue - tailStart.rawValue)]
        return Glimpse.Slot(position: position, kind: entry.kind, size: entry.payload.count)
    }

    private func run(of index: LogIndex) -> Int {
        var (low, high) = (0, runs.count)
        while low + 1 < high {
            let middle = (low + high) / 2
            if runs[middle].index <= index { low = middle } else { high = middle }
        }
        return low
    }

    mutating func append(_ entry: Entry) {
        precondition(entry.index == last.index.next, "Entries are appended without gaps.")
        precondition(entry.term >= last.term, "Terms never fall along the log.")
        if runs.isEmpty || entry.term != last.term { runs.append(entry.position) }
        last = entry.position
        tail.append(entry)
        tailSize += entry.size
    }

    /// Forgets the entries from `index` on.
    mutating func truncate(from index: LogIndex) {
        precondition(index > start.index && index <= last.index, "Only what is there can go.")
        let before = index.previous
        last = LogPosition(term: term(at: before) ?? start.term, index: before)
        while let run = runs.last, run.index >= index { runs.removeLast() }
        while let entry = tail.last, entry.index >= index {
            tailSize -= entry.size
            tail.removeLast()
        }
        durable = min(durable, before)
    }

    /// A write is durable that ended at `position`. If that entry was replaced meanwhile, the
    /// write says nothing about its successor.
    mutating func becameDurable(_ position: LogPosition) {
        guard term(at: position.index) == position.term else { return }
        durable = max(durable, position.index)
    }

    /// Entries from `first` to at most `last`, up to about `byteLimit` bytes but at least one; nil
    /// if `first` is not in memory.
    func entries(from first: LogIndex, through last: LogIndex, byteLimit: Int) -> [Entry]? {
        if first > last { return [] }
        guard first >= tailStart, last <= self.last.index else { return nil }
        var result: [Entry] = []
        var size = 0
        var at = Int(first.rawValue - tailStart.rawValue)
        let end = Int(last.rawValue - tailStart.rawValue)
        while at <= end, result.count < Bounds.entriesPerMessage {
            let entry = tail[at]
            size += entry.size
            if size > byteLimit, !result.isEmpty { break }
            result.append(entry)
            at += 1
        }
        return result
    }

    /// Whether the entries from `first` on fill a message of so many bytes; what is not in memory
    /// does.
    func fills(_ bytes: Int, from first: LogIndex) -> Bool {
        guard first >= tailStart else { return true }
        var (size, at) = (0, Int(first.rawValue - tailStart.rawValue))
        while at < tail.count, size < bytes {
            size += tail[at].size
            at += 1
        }
        return size >= bytes
    }

    /// Lets go of entries in memory, oldest first, while more than the bound is held. Only what is
    /// durable can be read back.
    mutating func trim(through index: LogIndex) {
        let limit = min(index, durable)
        while tailSize > Bounds.tailBytes, let entry = tail.first, entry.index <= limit {
            tailSize -= entry.size
            tail.removeFirst()
        }
    }
}
