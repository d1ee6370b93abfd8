import Foundation
import Logging
import Raft
import RaftLog
import StateStore
import Work

/// Opens what a node keeps on disk: first the base, which says from where on the log is needed,
/// then the log.
struct DataDirectory {
    /// nil if the node forgets everything when it ends.
    let base: Base?
    let state: WorkState
    let store: any LogStore & Sendable
    /// What to tell of when the log's disk is at fault.
    let logFile: String
    let identity: LogIdentity
    let recovered: LogRecovery.Recovered
    let peers: [PeerMemory]

    static func open(
        _ settings: NodeSettings, cluster: UInt64, logger: Logger
    ) throws -> DataDirectory {
        guard let directory = settings.dataDirectory else {
            return try inMemory(settings, cluster: cluster)
        }
        do {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        } catch {
            throw NodeError("data_dir \(directory) cannot be made: \(error.localizedDescription)")
        }
        let lock = try DirectoryLock(directory)
        let (base, state) = try openBase(directory, cluster: cluster, logger: logger)
        let position = LogPosition(
            term: Term(state.scalars.term), index: LogIndex(state.scalars.index))
        let log = try SQLiteLogStore.open(
            directory: directory, lock: lock, cluster: cluster, node: NodeID(settings.id),
            base: position, makeIncarnation: { .random(in: 1 ... .max) },
            tailBytes: Bounds.tailBytes)
        if state.scalars.index < log.recovered.start.index.rawValue {
            throw NodeError(
                "\(base.file) ends at entry \(state.scalars.index), but the log begins behind "
                    + "entry \(log.recovered.start.index.rawValue): put the base back, or let the "
                    + "node join again as a new member")
        }
        if let loss = log.recovered.loss {
            logger.error(
                "\(log.store.file): acknowledged entries are missing here: \(loss). This node neither votes nor campaigns until a leader has given them back"
            )
        }
        return DataDirectory(
            base: base, state: state, store: log.store, logFile: log.store.file,
            identity: log.identity, recovered: log.recovered, peers: log.peers)
    }

    private static func inMemory(
        _ settings: NodeSettings, cluster: UInt64
    ) throws -> DataDirectory {
        guard settings.members.count == 1 else {
            throw NodeError("a member of several needs a data directory")
        }
        let log = try MemoryLogStore.open(
            cluster: cluster, node: NodeID(settings.id), base: .zero,
            makeIncarnation: { .random(in: 1 ... .max) }, tailBytes: Bounds.tailBytes)
        return DataDirectory(
            base: nil, state: WorkState(), store: ForgetfulLogStore(), logFile: "memory",
            identity: log.identity, recovered: log.recovered, peers: [])
    }

    /// A damaged base is moved aside: everything in it can be made again from the log.
    private static func openBase(
        _ directory: String, cluster: UInt64, logger: Logger
    ) throws -> (Base, WorkState) {
        let path = directory + "/" + Base.fileName
        do {
            return try Base.open(path: path, cluster: cluster)
        } catch BaseError.damaged(let file, let what) {
            let aside = unusedName("\(file).damaged-\(Int(Date().timeIntervalSince1970))")
            logger.error(
                "\(file): the base is damaged (\(what)); it is kept as \(aside) and made again from the log"
            )
            try setAside(file, as: aside)
            return try Base.open(path: path, cluster: cluster)
        }
    }

    /// Damage can be found twice within one second.
    private static func unusedName(_ name: String) -> String {
        var (found, number) = (name, 1)
        while FileManager.default.fileExists(atPath: found) {
            number += 1
            found = "\(name)-\(number)"
        }
        return found
    }

    private static func setAside(_ file: String, as aside: String) throws {
        for suffix in ["", "-wal", "-shm"]
        where FileManager.default.fileExists(atPath: file + suffix) {
            do {
                try FileManager.default.moveItem(atPath: file + suffix, toPath: aside + suffix)
            } catch {
                throw NodeError(
                    "\(file)\(suffix) is damaged and cannot be moved aside: "
                        + "\(error.localizedDescription). Move it away, and restart")
            }
        }
    }
}
