/// Where a log lies. A log keeps more than SQLite's files, and what promises hold after a power cut
/// depends on all of them; so tests can put a disk under the whole that fails on demand.
package protocol Disk: Sendable {
    /// The SQLite VFS that reaches this disk; nil for SQLite's own.
    var vfs: String? { get }

    func exists(_ path: String) -> Bool

    /// Makes the directory and those above it, for this user alone, and makes their names durable.
    func createDirectory(_ path: String) throws(LogStoreError)

    /// Syncs a file or a directory: its content and what is needed to find it.
    func sync(_ path: String) throws(LogStoreError)

    /// Opens the file for reading and writing; a missing one is made, for this user alone.
    func open(_ path: String) throws(LogStoreError) -> any DiskFile
}

/// An open file of a `Disk`. What it cannot do, it says with the path.
package protocol DiskFile: AnyObject, Sendable {
    /// Reads up to `count` bytes at `offset`; fewer at the end of the file.
    func read(_ count: Int, at offset: Int) throws(LogStoreError) -> [UInt8]

    func write(_ bytes: [UInt8], at offset: Int) throws(LogStoreError)

    /// Makes written bytes durable, without the times of the file where the system can tell.
    func syncData() throws(LogStoreError)
}
