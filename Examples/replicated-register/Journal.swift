import Foundation
import Raft

/// The log on disk: one line of JSON for each batch, synced before it counts. A crash can tear the
/// last line only, and nobody was told that it was durable.
///
/// It has what the example needs and no more: it finds a torn line, but no flipped bit. Given
/// checksums that were stored with the entries, `LogRecovery` finds those as well.
final class Journal {
    private struct Line: Codable {
        struct Stored: Codable { var term, index: UInt64, kind: UInt8, payload: [UInt8] }
        var term: UInt64?
        var vote: UInt64?
        var truncateFrom: UInt64?
        var entries: [Stored]
    }

    private let file: FileHandle
    private var hardState = HardState()
    private var entries: [Entry] = []

    init(_ url: URL) throws {
        if !FileManager.default.fileExists(atPath: url.path) { try Data().write(to: url) }
        file = try FileHandle(forUpdating: url)
        let found = try file.readToEnd() ?? Data()
        let whole = found.prefix(through: found.lastIndex(of: 10) ?? found.startIndex - 1)
        for line in whole.split(separator: 10) {
            replay(try JSONDecoder().decode(Line.self, from: line))
        }
        try file.truncate(atOffset: UInt64(whole.count))
    }

    /// What `Consensus` starts from.
    func recover() throws -> LogRecovery.Recovered {
        var recovery = LogRecovery(start: .zero, chain: 0, tailBytes: Bounds.tailBytes)
        var chain: UInt64 = 0
        for entry in entries {
            let checksum = LogRecovery.checksum(entry)
            chain = LogRecovery.chain(chain, checksum)
            recovery.found(.init(entry: entry, chain: chain, checksum: checksum))
        }
        let witnesses = LogRecovery.Witnesses(
            hardStates: [hardState], mark: nil, base: .zero, earlierLoss: nil)
        switch recovery.verdict(witnesses) {
        case .usable(let recovered): return recovered
        case .refused(let why): throw Failure(why)
        }
    }

    /// Returns when the whole batch is durable.
    func write(_ batch: LogBatch) throws {
        let entries = batch.entries.map { entry in
            Line.Stored(
                term: entry.term.rawValue, index: entry.index.rawValue, kind: entry.kind.rawValue,
                payload: entry.payload)
        }
        let line = Line(
            term: batch.hardState?.term.rawValue, vote: batch.hardState?.vote?.rawValue,
            truncateFrom: batch.truncateFrom?.rawValue, entries: entries)
        try file.write(contentsOf: JSONEncoder().encode(line) + [10])
        try file.synchronize()
        replay(line)
    }

    func read(_ page: LogRead) -> [Entry] {
        entries.filter { $0.index >= page.first && $0.index <= page.last }
    }

    private func replay(_ line: Line) {
        if let term = line.term {
            hardState = HardState(term: Term(term), vote: line.vote.map { NodeID($0) })
        }
        if let from = line.truncateFrom { entries.removeAll { $0.index >= LogIndex(from) } }
        for stored in line.entries {
            let position = LogPosition(term: Term(stored.term), index: LogIndex(stored.index))
            let kind = EntryKind(rawValue: stored.kind) ?? .noop
            entries.append(Entry(position: position, kind: kind, payload: stored.payload))
        }
    }
}

struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
