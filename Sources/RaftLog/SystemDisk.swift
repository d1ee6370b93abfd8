#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The disk of this machine: the few system calls the log store needs beside SQLite, with errors
/// that name the path.
package struct SystemDisk: Disk {
    package init() {}

    package var vfs: String? { nil }

    /// What the system says about an errno.
    static func message(ofError code: Int32) -> String {
        guard let text = strerror(code) else { return "error \(code)" }
        return String(cString: text)
    }

    static func failure(_ operation: String, _ path: String) -> LogStoreError {
        .system(operation: operation, path: path, code: errno)
    }

    package func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    package func createDirectory(_ path: String) throws(LogStoreError) {
        if exists(path) { return }
        let parent = Self.parent(of: path)
        try createDirectory(parent)
        if mkdir(path, 0o700) != 0, errno != EEXIST {
            throw Self.failure("creating the directory", path)
        }
        try sync(parent)
    }

    package func sync(_ path: String) throws(LogStoreError) {
        let file = try SystemFile(path, O_RDONLY)
        if fsync(file.descriptor) != 0 { throw Self.failure("syncing", path) }
    }

    package func open(_ path: String) throws(LogStoreError) -> any DiskFile {
        try SystemFile(path, O_RDWR | O_CREAT)
    }

    private static func parent(of path: String) -> String {
        var trimmed = path[...]
        while trimmed.count > 1, trimmed.last == "/" { trimmed.removeLast() }
        guard let slash = trimmed.lastIndex(of: "/") else { return "." }
        return slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
    }
}

/// Owns an open file.
final class SystemFile: DiskFile {
    let path: String
    fileprivate let descriptor: Int32

    init(_ path: String, _ flags: Int32) throws(LogStoreError) {
        let opened = open(path, flags | O_CLOEXEC, 0o600)
        if opened < 0 { throw SystemDisk.failure("opening", path) }
        self.path = path
        descriptor = opened
    }

    // Nothing depends on the result: whatever had to be durable was synced before.
    deinit { _ = close(descriptor) }

    func read(_ count: Int, at offset: Int) throws(LogStoreError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let read = bytes.withUnsafeMutableBytes { buffer in
                let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
                return pread(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
            }
            if read < 0, errno == EINTR { continue }
            if read < 0 { throw SystemDisk.failure("reading", path) }
            if read == 0 { break }
            done += read
        }
        bytes.removeLast(count - done)
        return bytes
    }

    func write(_ bytes: [UInt8], at offset: Int) throws(LogStoreError) {
        var done = 0
        while done < bytes.count {
            let written = bytes.withUnsafeBytes { buffer in
                let rest = UnsafeRawBufferPointer(rebasing: buffer[done...])
                return pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
            }
            if written < 0, errno == EINTR { continue }
            if written < 0 { throw SystemDisk.failure("writing", path) }
            done += written
        }
    }

    func syncData() throws(LogStoreError) {
        #if canImport(Darwin)
            let result = fcntl(descriptor, F_FULLFSYNC)
        #else
            let result = fdatasync(descriptor)
        #endif
        if result != 0 { throw SystemDisk.failure("syncing", path) }
    }
}

/// Holds a data directory for one store: a second one, in this process or another, is refused.
/// The lock goes with the process, so a crash never leaves a stale one.
package struct DirectoryLock: ~Copyable, Sendable {
    private let file: SystemFile

    package init(_ directory: String) throws(LogStoreError) {
        let opened = try SystemFile(directory + "/lock", O_RDWR | O_CREAT)
        if flock(opened.descriptor, LOCK_EX | LOCK_NB) != 0 {
            if errno == EWOULDBLOCK { throw .inUse(directory: directory) }
            throw SystemDisk.failure("locking", opened.path)
        }
        file = opened
    }
}
