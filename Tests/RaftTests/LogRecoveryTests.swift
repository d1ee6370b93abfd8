import Raft
import Testing

/// What follows from the rows and witnesses that a log store finds.
@Suite struct LogRecoveryTests {
    private let log = entries(terms: [1, 1, 2, 2, 3, 3])
    private let intact = HardState(term: Term(3), vote: NodeID(2))

    private func verdict(
        _ rows: [LogRecovery.Row]? = nil, start: LogPosition = .zero,
        hardStates: [HardState?]? = nil, mark: LogPosition? = nil,
        markedHardState: HardState = HardState(), base: LogPosition = .zero,
        earlierLoss: String? = nil, tailBytes: Int = Bounds.tailBytes
    ) -> LogRecovery.Verdict {
        var recovery = LogRecovery(
            start: start, chain: VirtualDisk.chainStart, tailBytes: tailBytes)
        for row in rows ?? VirtualDisk.rows(of: log) { recovery.found(row) }
        return recovery.verdict(
            .init(
                hardStates: hardStates ?? [intact, intact], mark: mark,
                markedHardState: markedHardState, base: base, earlierLoss: earlierLoss))
    }

    private func usable(_ verdict: LogRecovery.Verdict) throws -> LogRecovery.Recovered {
        guard case .usable(let recovered) = verdict else {
            throw Violation(description: "\(verdict)")
        }
        return recovered
    }

    private func refusal(_ verdict: LogRecovery.Verdict) -> String? {
        if case .refused(let text) = verdict { return text }
        return nil
    }

    @Test func `An intact log is used as it is`() throws {
        let found = try usable(verdict(mark: position(3, 5), base: position(2, 3)))
        #expect(found.hardState == intact)
        #expect(found.start == .zero)
        #expect(found.last == position(3, 6))
        #expect(found.tail == log)
        #expect(found.runs == [position(1, 1), position(2, 3), position(3, 5)])
        #expect(found.truncateFrom == nil)
        #expect(found.loss == nil)
    }

    @Test func `An empty log is used as it is`() throws {
        let found = try usable(verdict([], hardStates: [HardState(), HardState()]))
        #expect(found.last == .zero)
        #expect(found.runs.isEmpty)
        #expect(found.loss == nil)
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func `bug D3: damage of any row is a loss from there on`(_ index: UInt64) throws {
        let place = Int(index) - 1
        let damages: [(inout [LogRecovery.Row]) -> Void] = [
            { $0[place].entry.payload[0] ^= 1 }, { $0[place].entry.position.term = Term(9) },
            { $0[place].entry.kind = .noop }, { $0[place].checksum ^= 1 }, { $0[place].chain ^= 1 },
            { $0.remove(at: place) },
        ]
        for (kind, damage) in damages.enumerated() {
            var rows = VirtualDisk.rows(of: log)
            damage(&rows)
            // A row that is gone from the end leaves no trace in the rows: the mark knows.
            let found = try usable(verdict(rows, mark: position(3, 6)))
            #expect(found.last.index == LogIndex(index - 1), "damage \(kind)")
            #expect(found.loss != nil, "damage \(kind)")
            if rows.count == log.count || index < 6 {
                #expect(found.truncateFrom == LogIndex(index), "damage \(kind)")
            }
            #expect(found.tail.map(\.position) == log[..<place].map(\.position))
        }
    }

    @Test func `A row that fits by itself must continue the chain`() throws {
        var rows = VirtualDisk.rows(of: log)
        // From another log: intact, but what was before it differs.
        rows[3] = VirtualDisk.rows(of: entries(terms: [1, 1, 1, 2]))[3]
        let found = try usable(verdict(rows))
        #expect(found.last == position(2, 3))
        #expect(found.loss?.contains("entry 4") == true)
    }

    @Test func `A row that cannot be read is a loss, and ends the log`() throws {
        var recovery = LogRecovery(start: .zero, chain: VirtualDisk.chainStart, tailBytes: 100)
        let rows = VirtualDisk.rows(of: log)
        recovery.found(rows[0])
        recovery.unreadable("entry 2 cannot be read")
        recovery.found(rows[1])
        let found = try usable(
            recovery.verdict(
                .init(hardStates: [intact, intact], mark: nil, base: .zero, earlierLoss: nil)))
        #expect(found.last == position(1, 1))
        #expect(found.truncateFrom == LogIndex(2))
        #expect(found.loss?.contains("entry 2") == true)
    }

    @Test func `bug V5: one copy of the hard state is enough, none is not`() throws {
        #expect(try usable(verdict(hardStates: [nil, intact])).hardState == intact)
        #expect(try usable(verdict(hardStates: [intact, nil])).hardState == intact)
        #expect(refusal(verdict(hardStates: [nil, nil]))?.contains("vote twice") == true)
        #expect(refusal(verdict(hardStates: [])) != nil)
    }

    @Test func `Of two copies of the hard state the later one counts`() throws {
        let later = HardState(term: Term(4))
        #expect(try usable(verdict(hardStates: [intact, later])).hardState == later)
        #expect(try usable(verdict(hardStates: [later, intact])).hardState == later)
        let unvoted = HardState(term: Term(3))
        #expect(try usable(verdict(hardStates: [unvoted, intact])).hardState == intact)
        #expect(try usable(verdict(hardStates: [intact, unvoted])).hardState == intact)
    }

    @Test func `Two copies that name two votes of one term are trusted in nothing`() {
        let other = HardState(term: Term(3), vote: NodeID(3))
        #expect(refusal(verdict(hardStates: [intact, other])) != nil)
    }

    @Test func `bug D2, bug D6: a mark that the log does not hold is a loss`() throws {
        #expect(try usable(verdict(mark: position(3, 6))).loss == nil)
        #expect(try usable(verdict(mark: .zero)).loss == nil)
        #expect(try usable(verdict(mark: position(3, 7))).loss?.contains("7") == true)
        #expect(try usable(verdict(mark: position(4, 2))).loss != nil, "an old copy, but longer")
    }

    @Test func `A vote that only the mark knows of is kept, and is a loss`() throws {
        let forgetful = [HardState(term: Term(3)), HardState(term: Term(2), vote: NodeID(1))]
        for stored in forgetful {
            let found = try usable(verdict(hardStates: [stored, stored], markedHardState: intact))
            #expect(found.hardState == intact)
            #expect(found.loss?.contains("term 3") == true)
        }
        for marked in forgetful + [intact, HardState()] {
            let found = try usable(verdict(markedHardState: marked))
            #expect(found.hardState == intact)
            #expect(found.loss == nil)
        }
    }

    @Test func `A mark that names another vote of the same term leaves nothing to trust`() {
        let other = HardState(term: Term(3), vote: NodeID(1))
        #expect(refusal(verdict(markedHardState: other))?.contains("vote twice") == true)
    }

    @Test
    func `bug S8: a base ahead of the log is a loss, and the log starts anew behind it`() throws {
        for base in [position(3, 8), position(4, 5)] {
            let found = try usable(verdict(base: base))
            #expect(found.start == base)
            #expect(found.last == base)
            #expect(found.tail.isEmpty && found.runs.isEmpty)
            #expect(found.truncateFrom == LogIndex(1))
            #expect(found.loss != nil)
            #expect(found.hardState.term == max(Term(3), base.term))
        }
    }

    @Test func `bug S2: a base behind the start of the log is a gap, and the end`() {
        let rows: [LogRecovery.Row] = []
        let verdict = verdict(rows, start: position(2, 10), base: position(2, 9))
        #expect(refusal(verdict)?.contains("10") == true)
    }

    @Test func `A term that any witness saw is not forgotten`() throws {
        let behind = HardState(term: Term(2), vote: NodeID(1))
        let byLog = try usable(verdict(hardStates: [behind, behind]))
        #expect(byLog.hardState == HardState(term: Term(3)))
        let byMark = try usable(verdict(mark: position(5, 7)))
        #expect(byMark.hardState == HardState(term: Term(5)))
        let byBase = try usable(verdict(base: position(6, 7)))
        #expect(byBase.hardState == HardState(term: Term(6)))
    }

    @Test func `An earlier loss stays until it is healed`() throws {
        #expect(
            try usable(verdict(earlierLoss: "the disk was swapped")).loss == "the disk was swapped")
    }

    @Test func `The tail is cut to its bound, the runs of terms are not`() throws {
        let long = entries(terms: (1...200).map { UInt64($0 / 50 + 1) })
        let state = HardState(term: Term(9))
        let found = try usable(
            verdict(VirtualDisk.rows(of: long), hardStates: [state, state], tailBytes: 1000))
        #expect(found.tail.reduce(0) { $0 + $1.size } <= 1000)
        #expect(found.tail == long.suffix(found.tail.count))
        #expect(!found.tail.isEmpty)
        #expect(found.runs.map(\.index.rawValue) == [1, 50, 100, 150, 200])
        #expect(found.last == long.last?.position)
    }

    @Test func `One large entry stays in the tail, whatever the bound`() throws {
        let found = try usable(verdict(tailBytes: 1))
        #expect(found.tail == [log[5]])
    }
}
