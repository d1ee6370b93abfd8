/// From a job's number to its slot. Numbers come in order, so 64 of them share a page: a table of
/// pages is small, and its growth never stops the machine for long, as one of all jobs would.
struct JobIndex: Sendable {
    private struct Page {
        var slots: [UInt32] = Array(repeating: JobIndex.none, count: 64)
        var count = 0
    }

    private static let none = UInt32.max
    private var pages: [UInt64: Page] = [:]

    subscript(_ id: JobID) -> UInt32? {
        guard let page = pages[id.rawValue >> 6] else { return nil }
        let slot = page.slots[Int(id.rawValue & 63)]
        return slot == Self.none ? nil : slot
    }

    mutating func insert(_ id: JobID, _ slot: UInt32) {
        precondition(self[id] == nil, "A number is given once.")
        pages[id.rawValue >> 6, default: Page()].slots[Int(id.rawValue & 63)] = slot
        pages[id.rawValue >> 6, default: Page()].count += 1
    }

    mutating func remove(_ id: JobID) {
        let key = id.rawValue >> 6
        pages[key, default: Page()].slots[Int(id.rawValue & 63)] = Self.none
        pages[key, default: Page()].count -= 1
        if pages[key]?.count == 0 { pages[key] = nil }
    }
}
