package import FaultyDisk
import Raft
package import RaftLog

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The log lies in the disk's root, beside SQLite's files and on the same terms.
extension FaultyDisk: Disk {
    package var vfs: String? { FaultyDisk.vfsName }

    package func exists(_ path: String) -> Bool { exists(name: name(path)) }

    package func createDirectory(_ path: String) throws(LogStoreError) {
        precondition(path == root, "A faulty disk has one directory.")
    }

    package func sync(_ path: String) throws(LogStoreError) {
        try converting("syncing", path) { () throws(DiskFailure) in
            if path == root { return try syncNames() }
            try open(name: name(path), create: false).sync()
        }
    }

    package func open(_ path: String) throws(LogStoreError) -> any DiskFile {
        try converting("opening", path) { () throws(DiskFailure) in
            FaultyDiskFile(path: path, file: try open(name: name(path), create: true))
        }
    }

    private func name(_ path: String) -> String { String(path.dropFirst(root.count + 1)) }
}

final class FaultyDiskFile: DiskFile {
    private let path: String
    private let file: OpenFile

    init(path: String, file: OpenFile) {
        self.path = path
        self.file = file
    }

    func read(_ count: Int, at offset: Int) throws(LogStoreError) -> [UInt8] {
        try converting("reading", path) { () throws(DiskFailure) in
            try file.read(count, at: offset)
        }
    }

    func write(_ bytes: [UInt8], at offset: Int) throws(LogStoreError) {
        try converting("writing", path) { () throws(DiskFailure) in
            try file.write(bytes, at: offset)
        }
    }

    func syncData() throws(LogStoreError) {
        try converting("syncing", path) { () throws(DiskFailure) in try file.sync() }
    }
}

private func converting<Result>(
    _ operation: String, _ path: String, _ body: () throws(DiskFailure) -> Result
) throws(LogStoreError) -> Result {
    do throws(DiskFailure) {
        return try body()
    } catch {
        let code =
            switch error {
            case .device: EIO
            case .full: ENOSPC
            case .missing: ENOENT
            }
        throw .system(operation: operation, path: path, code: code)
    }
}

extension FaultyDisk {
    /// Opens the log on this disk; a new one gets the incarnation 77.
    func openLog(base: LogPosition = .zero) throws(LogStoreError) -> OpenedLog<SQLiteLogStore> {
        try SQLiteLogStore.open(
            directory: root, on: self, cluster: 7, node: NodeID(1), base: base,
            makeIncarnation: { 77 }, tailBytes: 1 << 24)
    }
}
