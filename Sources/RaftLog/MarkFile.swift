import Raft
import Wire

/// The mark: a lower bound of what this node acknowledged, in a file of its own, so that a log
/// that lost its end (a damaged write-ahead log is cut short in silence, an old copy of the
/// database is intact in itself) does not pass for a complete one. It also holds term and vote:
/// a vote is written before anybody hears of it, so a log that lost one does not vote twice.
///
/// Rule: without an unhealed loss, **the log holds the entry of either slot, at every moment at
/// which the machine can stop,** and always a hard state as late as that of either slot.
/// So a mark the log does not hold proves a loss, never falsely:
/// - `advance` is called after the entry is durable in the log, and writes the older slot; torn,
///   the newer one, lower and still held, counts.
/// - A truncation at or below the mark calls `rewrite` *before* its transaction, with the last
///   entry that stays. That entry is in the log before the transaction and after it, so a crash on
///   either side finds a mark that is held. Both slots are rewritten, one after the other with
///   a sync between them: left alone, the older one would name a truncated entry and speak up
///   as soon as the newer one rots.
/// - With an unhealed loss the mark keeps its position, as evidence, should the database with its
///   note of the loss vanish too. The batch that heals the loss calls `rewrite` before its
///   transaction, as for a truncation: until it commits, the note in the database still holds.
struct MarkFile: ~Copyable {
    /// Apart by a page, so that one torn page does not take both.
    private static let slotOffsets = [0, 4096]
    private static let slotSize = 64
    private static let magic: UInt64 = 0x314b_5241_4d46_5254  // "TRFMARK1"

    private struct Slot {
        var sequence: UInt64
        var position: LogPosition
        var hardState: HardState
    }

    private let file: any DiskFile
    private var newest: (slot: Int, sequence: UInt64)
    /// The position in the newest intact slot; nil if neither is intact.
    private(set) var position: LogPosition?
    /// The hard state in the same slot.
    private(set) var hardState = HardState()

    init(_ path: String, on disk: any Disk) throws(LogStoreError) {
        let opened = try disk.open(path)
        var newest = (slot: 1, sequence: UInt64(0))
        var position: LogPosition?
        var hardState = HardState()
        for (number, offset) in Self.slotOffsets.enumerated() {
            let bytes = try opened.read(Self.slotSize, at: offset)
            guard let slot = Self.decode(bytes), slot.sequence > newest.sequence else { continue }
            newest = (number, slot.sequence)
            position = slot.position
            hardState = slot.hardState
        }
        file = opened
        self.newest = newest
        self.position = position
        self.hardState = hardState
    }

    /// Writes the older slot and syncs it.
    mutating func advance(
        to position: LogPosition, _ hardState: HardState
    ) throws(LogStoreError) {
        let slot = 1 - newest.slot
        let sequence = newest.sequence + 1
        let bytes = Self.encode(
            Slot(sequence: sequence, position: position, hardState: hardState))
        try file.write(bytes, at: Self.slotOffsets[slot])
        try file.syncData()
        newest = (slot, sequence)
        self.position = position
        self.hardState = hardState
    }

    /// Replaces both slots, one after the other.
    mutating func rewrite(
        to position: LogPosition, _ hardState: HardState
    ) throws(LogStoreError) {
        try advance(to: position, hardState)
        try advance(to: position, hardState)
    }

    private static func encode(_ slot: Slot) -> [UInt8] {
        var writer = ByteWriter(capacity: slotSize)
        writer.writeFixed(magic)
        writer.writeFixed(slot.sequence)
        writer.writeFixed(slot.position.term.rawValue)
        writer.writeFixed(slot.position.index.rawValue)
        writer.writeFixed(slot.hardState.term.rawValue)
        writer.writeOptional(slot.hardState.vote) { $0.writeFixed($1.rawValue) }
        writer.writeRaw([UInt8](repeating: 0, count: slotSize - 4 - writer.bytes.count))
        writer.writeFixed(CRC32C.checksum(writer.bytes))
        return writer.bytes
    }

    private static func decode(_ bytes: [UInt8]) -> Slot? {
        guard bytes.count == slotSize else { return nil }
        var reader = ByteReader(bytes)
        guard let found: UInt64 = try? reader.readFixed(), found == magic,
            let sequence: UInt64 = try? reader.readFixed(),
            let term: UInt64 = try? reader.readFixed(),
            let index: UInt64 = try? reader.readFixed(),
            let hardTerm: UInt64 = try? reader.readFixed(),
            let hasVote: Bool = try? reader.readBool(),
            let vote: UInt64 = hasVote ? try? reader.readFixed() : 0
        else { return nil }
        var tail = ByteReader(bytes.suffix(4))
        guard let checksum: UInt32 = try? tail.readFixed(),
            checksum == CRC32C.checksum(bytes.dropLast(4))
        else { return nil }
        let position = LogPosition(term: Term(term), index: LogIndex(index))
        let hardState = HardState(
            term: Term(hardTerm), vote: hasVote ? NodeID(vote) : nil)
        return Slot(sequence: sequence, position: position, hardState: hardState)
    }
}
