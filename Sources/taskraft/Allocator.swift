import CJemalloc

/// Where memory comes from. Linked into the program, jemalloc serves every allocation in it, those
/// of the C library and of Swift too: nodes allocate much, briefly, and on several threads.
enum Allocator {
    static var name: String {
        var version: UnsafePointer<CChar>?
        var size = MemoryLayout.size(ofValue: version)
        guard mallctl("version", &version, &size, nil, 0) == 0, let version else {
            return "jemalloc"
        }
        return "jemalloc \(String(cString: version))"
    }
}
