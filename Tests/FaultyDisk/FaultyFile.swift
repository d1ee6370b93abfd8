import CSQLite
import Synchronization

/// What SQLite allocates for each open file: its own part, then ours.
struct FaultyFile {
    /// One connection's way to a file.
    final class Connection: Sendable {
        let file: OpenFile
        private let syncsNames: Mutex<Bool>

        init(_ file: OpenFile, syncsNames: Bool) {
            self.file = file
            self.syncsNames = Mutex(syncsNames)
        }

        func sync() throws(DiskFailure) {
            try file.sync()
            let names = syncsNames.withLock { flag in
                defer { flag = false }
                return flag
            }
            // SQLite's VFS for Unix ignores it, too, if this one fails.
            if names { try? file.disk.syncNames() }
        }

        func withLocks<Result: Sendable>(
            _ body: (inout FileLocks) -> Result
        ) -> Result {
            file.disk.state.withLock { body(&$0.locks[file.file, default: FileLocks()]) }
        }
    }

    private var base: sqlite3_file
    private var connection: Unmanaged<Connection>

    static func store(
        _ connection: Connection, in file: UnsafeMutablePointer<sqlite3_file>
    ) {
        let whole = UnsafeMutableRawPointer(file).assumingMemoryBound(to: FaultyFile.self)
        whole.pointee.connection = Unmanaged.passRetained(connection)
        whole.pointee.base.pMethods = FaultyFileMethods.table
    }

    static func connection(of file: UnsafeMutablePointer<sqlite3_file>?) -> Connection {
        unmanaged(file).takeUnretainedValue()
    }

    static func release(_ file: UnsafeMutablePointer<sqlite3_file>?) {
        let connection = connection(of: file)
        connection.withLocks { $0.close(connection.file.number) }
        unmanaged(file).release()
    }

    private static func unmanaged(
        _ file: UnsafeMutablePointer<sqlite3_file>?
    ) -> Unmanaged<Connection> {
        guard let file else { preconditionFailure("SQLite names the file in every call.") }
        return UnsafeMutableRawPointer(file).assumingMemoryBound(to: FaultyFile.self)
            .pointee.connection
    }
}

/// SQLite's interface to an open file (sqlite3_io_methods).
enum FaultyFileMethods {
    // Never changed after it is made, and never freed: SQLite holds its address.
    nonisolated(unsafe) static let table: UnsafePointer<sqlite3_io_methods> = {
        let methods = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
        methods.initialize(to: sqlite3_io_methods())
        methods.pointee.iVersion = 2
        addContent(to: &methods.pointee)
        addLocks(to: &methods.pointee)
        addSharedMemory(to: &methods.pointee)
        return UnsafePointer(methods)
    }()

    private static func addContent(to methods: inout sqlite3_io_methods) {
        methods.xClose = { file in
            FaultyFile.release(file)
            return SQLITE_OK
        }
        methods.xRead = { file, target, count, offset in
            FaultyFileMethods.read(FaultyFile.connection(of: file), target, Int(count), Int(offset))
        }
        methods.xWrite = { file, source, count, offset in
            let bytes = [UInt8](UnsafeRawBufferPointer(start: source, count: Int(count)))
            return FaultyVFS.code(failing: ResultCode.write) { () throws(DiskFailure) in
                try FaultyFile.connection(of: file).file.write(bytes, at: Int(offset))
            }
        }
        methods.xTruncate = { file, size in
            FaultyVFS.code(failing: ResultCode.truncate) { () throws(DiskFailure) in
                try FaultyFile.connection(of: file).file.resize(to: Int(size))
            }
        }
        methods.xSync = { file, _ in
            FaultyVFS.code(failing: ResultCode.sync) { () throws(DiskFailure) in
                try FaultyFile.connection(of: file).sync()
            }
        }
        methods.xFileSize = { file, size in
            size?.pointee = sqlite3_int64(FaultyFile.connection(of: file).file.size)
            return SQLITE_OK
        }
    }

    /// SQLite wants zeros behind the end of a file.
    private static func read(
        _ connection: FaultyFile.Connection, _ target: UnsafeMutableRawPointer?, _ count: Int,
        _ offset: Int
    ) -> Int32 {
        let bytes: [UInt8]
        do throws(DiskFailure) {
            bytes = try connection.file.read(count, at: offset)
        } catch {
            return ResultCode.read
        }
        let buffer = UnsafeMutableRawBufferPointer(start: target, count: count)
        buffer.copyBytes(from: bytes)
        if bytes.count == count { return SQLITE_OK }
        for place in bytes.count..<count { buffer[place] = 0 }
        return ResultCode.shortRead
    }

    private static func addLocks(to methods: inout sqlite3_io_methods) {
        methods.xLock = { file, level in
            let connection = FaultyFile.connection(of: file)
            return connection.withLocks { $0.lock(connection.file.number, to: level) }
        }
        methods.xUnlock = { file, level in
            let connection = FaultyFile.connection(of: file)
            connection.withLocks { $0.unlock(connection.file.number, to: level) }
            return SQLITE_OK
        }
        methods.xCheckReservedLock = { file, result in
            result?.pointee = FaultyFile.connection(of: file).withLocks { $0.isReserved } ? 1 : 0
            return SQLITE_OK
        }
        methods.xFileControl = { _, _, _ in SQLITE_NOTFOUND }
        // As SQLite's VFS for Unix says of a usual disk.
        methods.xSectorSize = { _ in 4096 }
        methods.xDeviceCharacteristics = { _ in SQLITE_IOCAP_POWERSAFE_OVERWRITE }
    }

    private static func addSharedMemory(to methods: inout sqlite3_io_methods) {
        methods.xShmMap = { file, region, size, extend, address in
            let connection = FaultyFile.connection(of: file)
            let number = connection.file.number
            let found = connection.withLocks { locks in
                UInt(
                    bitPattern: locks.region(
                        Int(region), size: Int(size), extend: extend != 0, for: number))
            }
            address?.pointee = UnsafeMutableRawPointer(bitPattern: found)
            return SQLITE_OK
        }
        methods.xShmLock = { file, first, count, flags in
            let connection = FaultyFile.connection(of: file)
            let slots = Int(first)..<Int(first + count)
            return connection.withLocks {
                $0.lockSlots(slots, flags: flags, for: connection.file.number)
            }
        }
        // The lock's own barrier is the one that is asked for.
        methods.xShmBarrier = { file in FaultyFile.connection(of: file).withLocks { _ in } }
        methods.xShmUnmap = { file, _ in
            let connection = FaultyFile.connection(of: file)
            connection.withLocks { $0.unshare(connection.file.number) }
            return SQLITE_OK
        }
    }
}
