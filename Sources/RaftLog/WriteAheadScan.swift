/// Looks for damage inside SQLite's write-ahead log. SQLite takes the first bad frame for the
/// torn end of a transaction that never committed, and drops it with all that follows. That is
/// right only if nothing that follows was written after a commit: the next transaction begins
/// when the one before is synced, so its frames prove that the bad one was durable once.
///
/// A frame behind the bad one is recognised by the salts of the file's header and by its own
/// checksum, which continues the one stored in the frame before. Frames of this kind are never
/// left over from an earlier crash: opening a log empties the file, and with it the salts change.
/// Damage of the very last transaction cannot be told from a torn one; the mark is for that.
///
/// The header is one sector and is synced before the first frame is written, so it is never torn
/// where frames follow it: a bad one hides transactions that were durable.
struct WriteAheadScan {
    private static let headerSize = 32
    private static let frameHeaderSize = 24

    private struct Sum: Equatable {
        var first: UInt32
        var second: UInt32
    }

    private let bigEndianSums: Bool
    private let pageSize: Int
    private let salts: Sum
    private var sum: Sum
    /// What the frame before should have stored as its sum, if it stored something else.
    private var otherSum: Sum?
    private var firstBad: Int?
    private var committedAfterBad = false
    /// Whether the frame before says that it ends its transaction.
    private var followsCommit = false

    /// What was found wrong in the file; nil if there is no such file or it proves no damage.
    static func finding(in path: String, on disk: any Disk) throws(LogStoreError) -> String? {
        guard disk.exists(path) else { return nil }
        let file = try disk.open(path)
        let header = try file.read(headerSize, at: 0)
        guard var scan = WriteAheadScan(header: header) else {
            if try file.read(1, at: headerSize).isEmpty { return nil }
            return "\(path): the header is damaged, and transactions follow it; what they hold "
                + "may have been acknowledged"
        }
        let frameSize = frameHeaderSize + scan.pageSize
        var offset = headerSize
        while true {
            let frame = try file.read(frameSize, at: offset)
            if frame.count < frameSize { return nil }
            if let bad = scan.provesDamage(frame, number: (offset - headerSize) / frameSize + 1) {
                return "\(path): frame \(bad) is damaged, and transactions follow it; entries "
                    + "from there on may have been acknowledged"
            }
            offset += frameSize
        }
    }

    private init?(header: [UInt8]) {
        guard header.count == Self.headerSize else { return nil }
        let magic = Self.word(header, 0)
        guard magic & 0xffff_fffe == 0x377f_0682 else { return nil }
        bigEndianSums = magic & 1 == 1
        pageSize = Int(Self.word(header, 8))
        guard (512...65_536).contains(pageSize) else { return nil }
        salts = Sum(first: Self.word(header, 16), second: Self.word(header, 20))
        sum = Sum(first: 0, second: 0)
        sum = add(header[..<24], to: sum)
        guard sum == Sum(first: Self.word(header, 24), second: Self.word(header, 28)) else {
            return nil
        }
    }

    /// Takes the next frame; the number of the first bad one if this frame proves it was durable.
    private mutating func provesDamage(_ frame: [UInt8], number: Int) -> Int? {
        let ours = salts == Sum(first: Self.word(frame, 8), second: Self.word(frame, 12))
        let stored = Sum(first: Self.word(frame, 16), second: Self.word(frame, 20))
        let expected = add(frame, to: sum)
        // If only the stored sum of the frame before is damaged, this one continues the right one.
        let continues = stored == expected || otherSum.map { stored == add(frame, to: $0) } == true
        let intact = ours && continues
        sum = stored
        otherSum = stored == expected ? nil : expected
        // A frame with a database size ends its transaction.
        let endsTransaction = Self.word(frame, 4) != 0
        defer { followsCommit = endsTransaction }
        if firstBad == nil, intact { return nil }
        let bad = firstBad ?? number
        // An intact frame continues the one before, so that one is ours whatever its salts say.
        if committedAfterBad || followsCommit && firstBad != nil, intact { return bad }
        firstBad = bad
        if ours, endsTransaction { committedAfterBad = true }
        return nil
    }

    /// The sum of a frame that follows one of `sum`: of its header's first part and its page.
    private func add(_ frame: [UInt8], to sum: Sum) -> Sum {
        add(frame[Self.frameHeaderSize...], to: add(frame[..<8], to: sum))
    }

    /// SQLite's checksum of the write-ahead log (file format, section 4.2).
    private func add(_ bytes: ArraySlice<UInt8>, to sum: Sum) -> Sum {
        var sum = sum
        bytes.withUnsafeBytes { buffer in
            for offset in stride(from: 0, to: buffer.count - 7, by: 8) {
                let first = buffer.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
                let second = buffer.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self)
                sum.first &+= (bigEndianSums ? first.bigEndian : first.littleEndian) &+ sum.second
                sum.second &+= (bigEndianSums ? second.bigEndian : second.littleEndian) &+ sum.first
            }
        }
        return sum
    }

    /// Four bytes, big endian, as in all headers of the file.
    private static func word(_ bytes: [UInt8], _ offset: Int) -> UInt32 {
        bytes[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }
}
