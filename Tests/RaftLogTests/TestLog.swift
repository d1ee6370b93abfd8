import CSQLite
import Foundation
import Raft
import RaftLog

/// The two log stores that keep the same rules.
enum StoreKind: String, CaseIterable, Sendable {
    case sqlite, memory

    func makeDisk() throws -> any TestDisk {
        switch self {
        case .sqlite: try TestDirectory()
        case .memory: MemoryDisk()
        }
    }
}

/// What a log was opened with, whatever its store.
struct TestLog {
    let store: any LogStore
    let identity: LogIdentity
    let recovered: LogRecovery.Recovered
    let peers: [PeerMemory]

    init(_ opened: OpenedLog<some LogStore>) {
        store = opened.store
        identity = opened.identity
        recovered = opened.recovered
        peers = opened.peers
    }

    /// Writes entries one to a batch, as a leader without load does.
    func write(_ entries: [Entry]) throws {
        for entry in entries { try store.write(batch(entries: [entry])) }
    }
}

/// Where a log is kept, so that it can be closed and opened again.
protocol TestDisk {
    func open(cluster: UInt64, node: NodeID, base: LogPosition, tailBytes: Int) throws -> TestLog
}

extension TestDisk {
    func open(base: LogPosition = .zero, tailBytes: Int = 1 << 20) throws -> TestLog {
        try open(cluster: 7, node: NodeID(1), base: base, tailBytes: tailBytes)
    }
}

struct MemoryDisk: TestDisk {
    let disk = MemoryLogDisk()

    func open(cluster: UInt64, node: NodeID, base: LogPosition, tailBytes: Int) throws -> TestLog {
        TestLog(
            try MemoryLogStore.open(
                disk: disk, cluster: cluster, node: node, base: base,
                makeIncarnation: { UInt64.random(in: 1...UInt64.max) }, tailBytes: tailBytes))
    }
}

/// A data directory that goes with the value, and the means to damage it.
final class TestDirectory: TestDisk, Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "raftlog-\(UUID().uuidString)/data"
    }

    deinit {
        try? FileManager.default.removeItem(atPath: (path as NSString).deletingLastPathComponent)
    }

    func open(cluster: UInt64, node: NodeID, base: LogPosition, tailBytes: Int) throws -> TestLog {
        TestLog(
            try openStore(cluster: cluster, node: node, base: base, tailBytes: tailBytes))
    }

    func openStore(
        cluster: UInt64 = 7, node: NodeID = NodeID(1), base: LogPosition = .zero,
        tailBytes: Int = 1 << 20
    ) throws -> OpenedLog<SQLiteLogStore> {
        try SQLiteLogStore.open(
            directory: path, cluster: cluster, node: node, base: base,
            makeIncarnation: { UInt64.random(in: 1...UInt64.max) }, tailBytes: tailBytes)
    }

    func file(_ name: String) -> String { path + "/" + name }

    /// Runs SQL behind the store's back.
    func edit(_ sql: String) throws {
        var handle: OpaquePointer?
        defer { sqlite3_close(handle) }
        guard sqlite3_open(file("raft.sqlite"), &handle) == SQLITE_OK,
            sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK
        else { throw EditFailed(message: String(cString: sqlite3_errmsg(handle))) }
    }

    struct EditFailed: Error { let message: String }

    /// Inverts one byte of a file.
    func flip(_ name: String, at offset: Int) throws {
        let url = URL(fileURLWithPath: file(name))
        var bytes = try Data(contentsOf: url)
        bytes[offset] ^= 0xff
        try bytes.write(to: url)
    }

    func size(_ name: String) throws -> Int {
        try Data(contentsOf: URL(fileURLWithPath: file(name))).count
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: file(name)) }

    func take(_ names: [String], from other: TestDirectory) throws {
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
        for name in names {
            try? FileManager.default.removeItem(atPath: file(name))
            if FileManager.default.fileExists(atPath: other.file(name)) {
                try FileManager.default.copyItem(atPath: other.file(name), toPath: file(name))
            }
        }
    }

    /// What another machine would find if this one lost power now, while a store is open.
    func copyAsAfterCrash() throws -> TestDirectory {
        let copy = try TestDirectory()
        try copy.take(Self.database + ["mark"], from: self)
        return copy
    }

    static let database = ["raft.sqlite", "raft.sqlite-wal"]
}

func entry(_ index: UInt64, term: UInt64 = 1, bytes: Int = 10) -> Entry {
    let payload = (0..<bytes).map { UInt8(truncatingIfNeeded: UInt64($0) &+ index &+ term) }
    return Entry(position: position(index, term: term), kind: .command, payload: payload)
}

func entries(_ indexes: ClosedRange<UInt64>, term: UInt64 = 1, bytes: Int = 10) -> [Entry] {
    indexes.map { entry($0, term: term, bytes: bytes) }
}

func position(_ index: UInt64, term: UInt64 = 1) -> LogPosition {
    LogPosition(term: Term(term), index: LogIndex(index))
}

func batch(
    entries: [Entry] = [], truncateFrom: UInt64? = nil, hardState: HardState? = nil,
    healed: Bool = false
) -> LogBatch {
    var batch = LogBatch()
    batch.entries = entries
    batch.truncateFrom = truncateFrom.map { LogIndex($0) }
    batch.hardState = hardState
    batch.healed = healed
    return batch
}

extension LogStore {
    func readAll() throws -> [Entry] {
        try read(from: LogIndex(1), through: LogIndex(1 << 40), byteLimit: .max)
    }
}
