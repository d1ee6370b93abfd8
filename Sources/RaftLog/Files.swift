#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The few system calls the log store needs beside SQLite, with errors that name the path.
enum Files {
    /// What the system says about an errno.
    static func message(ofError code: Int32) -> String {
        guard let text = strerror(code) else { return "error \(code)" }
        return String(cString: text)
    }

    static func failure(_ operation: String, _ path: String) -> LogStoreError {
        .system(operation: operation, path: path, code: errno)
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Makes the directory and those above it, for this user alone, and makes their names durable.
    static func createDirectory(_ path: String) throws(LogStoreError) {
        if exists(path) { return }
        let parent = self.parent(of: path)
        try createDirectory(parent)
        if mkdir(path, 0o700) != 0, errno != EEXIST { throw failure("creating the directory", path) }
        try sync(parent)
    }

    /// Syncs a file or a directory: its content and what is needed to find it.
    static func sync(_ path: String) throws(LogStoreError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 { throw failure("opening", path) }
        defer { close(descriptor) }
        if fsync(descriptor) != 0 { throw failure("syncing", path) }
    }

    static func close(_ descriptor: Int32) {
        // Nothing depends on it: whatever had to be durable was synced before.
        #if canImport(Glibc)
            _ = Glibc.close(descriptor)
        #elseif canImport(Musl)
            _ = Musl.close(descriptor)
        #else
            _ = Darwin.close(descriptor)
        #endif
    }

    static func openOrCreate(_ path: String) throws(LogStoreError) -> Int32 {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        if descriptor < 0 { throw failure("opening", path) }
        return descriptor
    }

    /// Reads up to `count` bytes at `offset`; fewer at the end of the file.
    static func read(
        _ descriptor: Int32, _ path: String, count: Int, at offset: Int
    ) throws(LogStoreError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let read = bytes.withUnsafeMutableBytes { buffer in
                pread(descriptor, buffer.baseAddress.map { $0 + done }, count - done, off_t(offset + done))
            }
            if read < 0, errno == EINTR { continue }
            if read < 0 { throw failure("reading", path) }
            if read == 0 { break }
            done += read
        }
        bytes.removeLast(count - done)
        return bytes
    }

    static func write(
        _ bytes: [UInt8], to descriptor: Int32, _ path: String, at offset: Int
    ) throws(LogStoreError) {
        var done = 0
        while done < bytes.count {
            let written = bytes.withUnsafeBytes { buffer in
                pwrite(
                    descriptor, buffer.baseAddress.map { $0 + done }, bytes.count - done,
                    off_t(offset + done))
            }
            if written < 0, errno == EINTR { continue }
            if written < 0 { throw failure("writing", path) }
            done += written
        }
    }

    /// Makes written bytes durable, without the times of the file where the system can tell.
    static func syncData(_ descriptor: Int32, _ path: String) throws(LogStoreError) {
        #if canImport(Darwin)
            let result = fcntl(descriptor, F_FULLFSYNC)
        #else
            let result = fdatasync(descriptor)
        #endif
        if result != 0 { throw failure("syncing", path) }
    }

    private static func parent(of path: String) -> String {
        var trimmed = path[...]
        while trimmed.count > 1, trimmed.last == "/" { trimmed.removeLast() }
        guard let slash = trimmed.lastIndex(of: "/") else { return "." }
        return slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
    }
}

/// Holds a data directory for one store: a second one, in this process or another, is refused.
/// The lock goes with the process, so a crash never leaves a stale one.
struct DirectoryLock: ~Copyable {
    private let descriptor: Int32

    init(_ directory: String) throws(LogStoreError) {
        let path = directory + "/lock"
        descriptor = try Files.openOrCreate(path)
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            Files.close(descriptor)
            if code == EWOULDBLOCK { throw .inUse(directory: directory) }
            throw .system(operation: "locking", path: path, code: code)
        }
    }

    deinit { Files.close(descriptor) }
}
