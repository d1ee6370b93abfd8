import CSQLite

/// SQLite's locks on one file, and the memory that connections to it share: all in this process.
struct FileLocks {
    /// A region of the index of a write-ahead log. SQLite holds addresses in it.
    private var regions: [UnsafeMutableRawPointer] = []
    /// The connections, by handle, that share the regions.
    private var sharing: Set<Int> = []
    private var levels: [Int: Int32] = [:]
    /// Who holds each slot of the index, shared or alone.
    private var shared = [Set<Int>](repeating: [], count: Int(SQLITE_SHM_NLOCK))
    private var exclusive = [Int?](repeating: nil, count: Int(SQLITE_SHM_NLOCK))

    /// Raises the lock of a connection on the file, if those of the others allow it.
    mutating func lock(_ handle: Int, to level: Int32) -> Int32 {
        let own = levels[handle] ?? SQLITE_LOCK_NONE
        if own >= level { return SQLITE_OK }
        let others = levels.filter { $0.key != handle }.values.max() ?? SQLITE_LOCK_NONE
        switch level {
        case SQLITE_LOCK_SHARED:
            if others >= SQLITE_LOCK_PENDING { return SQLITE_BUSY }
        case SQLITE_LOCK_RESERVED:
            if others >= SQLITE_LOCK_RESERVED { return SQLITE_BUSY }
        default:
            if others >= SQLITE_LOCK_RESERVED { return SQLITE_BUSY }
            if others >= SQLITE_LOCK_SHARED {
                levels[handle] = SQLITE_LOCK_PENDING
                return SQLITE_BUSY
            }
        }
        levels[handle] = level
        return SQLITE_OK
    }

    mutating func unlock(_ handle: Int, to level: Int32) {
        if levels[handle] ?? SQLITE_LOCK_NONE > level { levels[handle] = level }
    }

    var isReserved: Bool { levels.values.contains { $0 >= SQLITE_LOCK_RESERVED } }

    /// The region's address; nil if it does not exist and is not to be made.
    mutating func region(
        _ number: Int, size: Int, extend: Bool, for handle: Int
    ) -> UnsafeMutableRawPointer? {
        sharing.insert(handle)
        while extend, regions.count <= number {
            let region = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
            region.initializeMemory(as: UInt8.self, repeating: 0, count: size)
            regions.append(region)
        }
        return number < regions.count ? regions[number] : nil
    }

    mutating func lockSlots(_ slots: Range<Int>, flags: Int32, for handle: Int) -> Int32 {
        if flags & SQLITE_SHM_UNLOCK != 0 {
            for slot in slots { release(slot, handle) }
            return SQLITE_OK
        }
        for slot in slots {
            if let holder = exclusive[slot], holder != handle { return SQLITE_BUSY }
            let others = shared[slot].subtracting([handle])
            if flags & SQLITE_SHM_EXCLUSIVE != 0, !others.isEmpty { return SQLITE_BUSY }
        }
        for slot in slots {
            if flags & SQLITE_SHM_EXCLUSIVE != 0 {
                exclusive[slot] = handle
            } else {
                shared[slot].insert(handle)
            }
        }
        return SQLITE_OK
    }

    private mutating func release(_ slot: Int, _ handle: Int) {
        shared[slot].remove(handle)
        if exclusive[slot] == handle { exclusive[slot] = nil }
    }

    /// The connection no longer shares the regions, which go with the last one.
    mutating func unshare(_ handle: Int) {
        for slot in shared.indices { release(slot, handle) }
        guard sharing.remove(handle) != nil, sharing.isEmpty else { return }
        for region in regions { region.deallocate() }
        regions = []
    }

    mutating func close(_ handle: Int) {
        unshare(handle)
        levels[handle] = nil
    }
}
