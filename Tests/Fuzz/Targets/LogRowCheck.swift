import Raft
import Wire

/// Rows of the log and its witnesses, as recovery finds them after any damage: what it keeps is
/// exactly what is intact from the start on, and a loss that shows is never passed over.
enum LogRowCheck {
    static func check(_ bytes: [UInt8]) throws(Broken) -> Bool {
        var reader = ByteReader(bytes)
        guard let found = try? Found(from: &reader) else { return false }
        var recovery = LogRecovery(
            start: found.start, chain: 7, tailBytes: found.tailBytes)
        for row in found.rows {
            if let row { recovery.found(row) } else { recovery.unreadable("it is not there") }
        }
        switch recovery.verdict(found.witnesses) {
        case .refused:
            try expect(found.mustBeRefused, "a usable log is refused")
            return false
        case .usable(let recovered):
            try expect(!found.mustBeRefused, "a log is used that must not be")
            try check(recovered, found)
            return !recovered.tail.isEmpty
        }
    }

    private static func check(
        _ recovered: LogRecovery.Recovered, _ found: Found
    ) throws(Broken) {
        let intact = found.intact
        let isDamaged = intact.count < found.rows.count
        let last = intact.last?.position ?? found.start
        let witnesses = found.witnesses
        try expect(!isDamaged || recovered.loss != nil, "damage is passed over")
        try expect(
            max(last.index, witnesses.mark?.index ?? .zero) == last.index || recovered.loss != nil,
            "a mark behind the end is passed over")
        for term in [last.term, witnesses.base.term, witnesses.mark?.term ?? .zero] {
            try expect(recovered.hardState.term >= term, "a term that was seen is forgotten")
        }
        if recovered.start != found.start || recovered.last != last {
            try expect(
                recovered.last == witnesses.base && recovered.tail.isEmpty
                    && recovered.loss != nil, "the log ends where nothing is")
            return
        }
        try expect(
            recovered.tail == intact.suffix(recovered.tail.count), "the tail is not the log's")
        try expect(recovered.tail.isEmpty == intact.isEmpty, "the tail was lost")
        try expect(
            recovered.truncateFrom == (isDamaged ? last.index.next : nil),
            "the damaged rows are not cut off where they begin")
        let runs = intact.indices.filter { $0 == 0 || intact[$0 - 1].term != intact[$0].term }
        try expect(recovered.runs == runs.map { intact[$0].position }, "the runs are others")
        try expect(
            recovered.configurations.map(\.configuration)
                == found.aboutMembers.compactMap(\.configuration), "the members are others")
    }
}

/// What recovery is shown. Read from the input, where most rows are made right: a fuzzer does not
/// guess checksums.
private struct Found {
    var start: LogPosition
    var tailBytes: Int
    var witnesses: LogRecovery.Witnesses
    /// nil cannot be read.
    var rows: [LogRecovery.Row?] = []
    /// The entries before the first row that is damaged or does not fit.
    private(set) var intact: [Entry] = []

    init(from reader: inout ByteReader) throws(WireError) {
        start = try reader.readSmallPosition()
        tailBytes = Int(try reader.readByte())
        var copies: [HardState?] = []
        for _ in 0..<2 {
            copies.append(
                try reader.readOptional { reader throws(WireError) in
                    let term = Term(UInt64(try reader.readByte()))
                    let vote = try reader.readOptional { reader throws(WireError) in
                        NodeID(UInt64(try reader.readByte()))
                    }
                    return HardState(term: term, vote: vote)
                })
        }
        let mark = try reader.readOptional { reader throws(WireError) in
            try reader.readSmallPosition()
        }
        witnesses = LogRecovery.Witnesses(
            hardStates: copies, mark: mark, base: try reader.readSmallPosition(), earlierLoss: nil)
        try readRows(from: &reader)
    }

    private mutating func readRows(from reader: inout ByteReader) throws(WireError) {
        var (last, chain, isWhole) = (start, UInt64(7), true)
        while reader.remaining > 0 {
            let flags = try reader.readByte()
            let raw = try reader.readVarint()
            let payload = Array(try reader.readBytes(limit: 4096))
            let index = flags & 1 == 0 ? last.index.next : LogIndex(raw)
            let term = flags & 2 == 0 ? Term(last.term.rawValue + raw % 2) : Term(raw)
            let entry = Entry(
                position: LogPosition(term: term, index: index),
                kind: EntryKind(rawValue: flags >> 6) ?? .command, payload: payload)
            let checksum =
                flags & 4 == 0 ? LogRecovery.checksum(entry) : UInt32(truncatingIfNeeded: raw)
            let next = LogRecovery.chain(chain, checksum)
            let row = LogRecovery.Row(
                entry: entry, chain: flags & 8 == 0 ? next : raw, checksum: checksum)
            rows.append(flags & 16 == 0 ? row : nil)
            isWhole =
                isWhole && flags & 16 == 0 && index == last.index.next && term >= last.term
                && checksum == LogRecovery.checksum(entry) && row.chain == next
            guard isWhole else { continue }
            intact.append(entry)
            (last, chain) = (entry.position, next)
        }
    }

    /// What the log says of the members, and the base may not.
    var aboutMembers: [Entry] {
        intact.filter { $0.kind == .configuration && $0.index > witnesses.base.index }
    }

    /// Both copies gone, two votes in one term, a gap between the base and the log, or members that
    /// cannot be read.
    var mustBeRefused: Bool {
        let copies = witnesses.hardStates.compactMap(\.self)
        let areTwo =
            copies.count == 2 && copies[0].term == copies[1].term && copies[0].vote != nil
            && copies[1].vote != nil && copies[0].vote != copies[1].vote
        return copies.isEmpty || areTwo || witnesses.base.index < start.index
            || aboutMembers.contains { $0.configuration == nil }
    }
}

extension ByteReader {
    /// Small, so that witnesses and rows meet.
    fileprivate mutating func readSmallPosition() throws(WireError) -> LogPosition {
        let term = Term(UInt64(try readByte()))
        return LogPosition(term: term, index: LogIndex(UInt64(try readByte())))
    }
}
