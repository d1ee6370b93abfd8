import CSQLite

extension FaultyDisk {
    /// The name of the VFS; SQLite knows it from the first use of this property on.
    package static let vfsName: String = {
        FaultyVFS.register()
        return FaultyVFS.name
    }()

    /// What opens a file of this disk where only a path can be given.
    package func uri(_ name: String) -> String { "file:\(root)/\(name)?vfs=\(Self.vfsName)" }
}

/// SQLite's file system interface (sqlite3_vfs): how it finds files on a `FaultyDisk`.
enum FaultyVFS {
    static let name = "faulty"

    /// SQLite keeps the addresses, so nothing of this is ever freed.
    static func register() {
        let vfs = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
        vfs.initialize(to: sqlite3_vfs())
        vfs.pointee.iVersion = 2
        vfs.pointee.szOsFile = Int32(MemoryLayout<FaultyFile>.size)
        vfs.pointee.mxPathname = 512
        vfs.pointee.zName = name.withCString { text in
            let copy = UnsafeMutablePointer<CChar>.allocate(capacity: name.utf8.count + 1)
            copy.initialize(from: text, count: name.utf8.count + 1)
            return UnsafePointer(copy)
        }
        addFileMethods(to: &vfs.pointee)
        addClock(to: &vfs.pointee)
        let code = sqlite3_vfs_register(vfs, 0)
        precondition(code == SQLITE_OK, "SQLite takes no other file system: \(code).")
    }

    private static func addFileMethods(to vfs: inout sqlite3_vfs) {
        vfs.xOpen = { _, path, file, flags, given in
            given?.pointee = flags
            guard let file else { return SQLITE_CANTOPEN }
            return FaultyVFS.open(path, into: file, flags: flags)
        }
        vfs.xDelete = { _, path, syncsNames in
            guard let found = FaultyVFS.find(path) else { return ResultCode.delete }
            return FaultyVFS.code(failing: ResultCode.delete) { () throws(DiskFailure) in
                try found.disk.delete(found.name)
                if syncsNames != 0 { try found.disk.syncNames() }
            }
        }
        vfs.xAccess = { _, path, _, result in
            let found = FaultyVFS.find(path)
            result?.pointee = found.map { $0.disk.exists(name: $0.name) } == true ? 1 : 0
            return SQLITE_OK
        }
        vfs.xFullPathname = { _, path, size, full in
            guard let path, let full else { return SQLITE_CANTOPEN }
            FaultyVFS.copy(path, to: full, size: Int(size))
            return SQLITE_OK
        }
    }

    /// Time stands still and all chance is alike: nothing in the files depends on it.
    private static func addClock(to vfs: inout sqlite3_vfs) {
        vfs.xRandomness = { _, count, bytes in
            bytes?.initialize(repeating: 0x5a, count: Int(count))
            return count
        }
        vfs.xSleep = { _, microseconds in microseconds }
        vfs.xCurrentTime = { _, day in
            day?.pointee = 2_461_000
            return SQLITE_OK
        }
        vfs.xCurrentTimeInt64 = { _, milliseconds in
            milliseconds?.pointee = 2_461_000 * 86_400_000
            return SQLITE_OK
        }
        vfs.xGetLastError = { _, _, _ in 0 }
    }

    private static func open(
        _ path: UnsafePointer<CChar>?, into file: UnsafeMutablePointer<sqlite3_file>, flags: Int32
    ) -> Int32 {
        file.pointee.pMethods = nil
        // A temporary file has no path; nothing under test needs one.
        guard let found = find(path) else { return SQLITE_CANTOPEN }
        return code(failing: SQLITE_CANTOPEN) { () throws(DiskFailure) in
            let opened = try found.disk.open(
                name: found.name, create: flags & SQLITE_OPEN_CREATE != 0)
            // As the VFS for Unix: the first sync of a journal also syncs its directory.
            let journals = SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL
            let isJournal = flags & SQLITE_OPEN_CREATE != 0 && flags & journals != 0
            FaultyFile.store(FaultyFile.Connection(opened, syncsNames: isJournal), in: file)
        }
    }

    private static func find(_ path: UnsafePointer<CChar>?) -> (disk: FaultyDisk, name: String)? {
        path.flatMap { DiskRegistry.find(String(cString: $0)) }
    }

    private static func copy(
        _ source: UnsafePointer<CChar>, to target: UnsafeMutablePointer<CChar>, size: Int
    ) {
        var place = 0
        while place < size - 1, source[place] != 0 {
            target[place] = source[place]
            place += 1
        }
        target[place] = 0
    }

    /// SQLite's result code for what `body` does.
    static func code(
        failing deviceCode: Int32, _ body: () throws(DiskFailure) -> Void
    ) -> Int32 {
        do throws(DiskFailure) {
            try body()
            return SQLITE_OK
        } catch {
            switch error {
            case .device: return deviceCode
            // SQLite's own VFS does not say why it cannot make a file.
            case .full: return deviceCode == SQLITE_CANTOPEN ? SQLITE_CANTOPEN : SQLITE_FULL
            case .missing:
                return deviceCode == ResultCode.delete ? ResultCode.deleteMissing : deviceCode
            }
        }
    }
}

/// SQLite's extended result codes, which its header makes by a calculation that Swift cannot see.
enum ResultCode {
    static let read = SQLITE_IOERR | 1 << 8
    static let shortRead = SQLITE_IOERR | 2 << 8
    static let write = SQLITE_IOERR | 3 << 8
    static let sync = SQLITE_IOERR | 4 << 8
    static let truncate = SQLITE_IOERR | 6 << 8
    static let delete = SQLITE_IOERR | 10 << 8
    static let deleteMissing = SQLITE_IOERR | 23 << 8
}
