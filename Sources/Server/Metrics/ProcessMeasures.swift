#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What Linux tells of this process.
package struct ProcessMeasures: Hashable, Sendable {
    /// In user and system mode.
    package var processorSeconds: Double
    package var residentBytes: UInt64
    package var threads: UInt64
    /// Seconds since 1970.
    package var startTime: Double
    package var openFiles = 0

    /// What numbers in `/proc` are counted in.
    package struct Units: Hashable, Sendable {
        /// In a second.
        package var ticks: UInt64
        package var pageBytes: UInt64
        /// Seconds since 1970.
        package var bootTime: UInt64

        package init(ticks: UInt64, pageBytes: UInt64, bootTime: UInt64) {
            self.ticks = ticks
            self.pageBytes = pageBytes
            self.bootTime = bootTime
        }
    }

    /// Reads `/proc/self/stat` (proc_pid_stat(5)). The program's name, which may hold anything, is
    /// in parentheses; what is read comes behind it.
    package init?(stat: String, _ units: Units) {
        guard let end = stat.lastIndex(of: ")") else { return nil }
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        guard fields.count > 21, let user = UInt64(fields[11]), let system = UInt64(fields[12]),
            let threads = UInt64(fields[17]), let start = UInt64(fields[19]),
            let pages = UInt64(fields[21])
        else { return nil }
        processorSeconds = Double(user + system) / Double(units.ticks)
        residentBytes = pages * units.pageBytes
        self.threads = threads
        startTime = Double(units.bootTime) + Double(start) / Double(units.ticks)
    }
}

extension ProcessMeasures {
    /// nil where there is no `/proc`.
    static func current() -> ProcessMeasures? {
        guard let units, let stat = text(of: "/proc/self/stat"),
            var measures = ProcessMeasures(stat: stat, units)
        else { return nil }
        measures.openFiles = openFiles()
        return measures
    }

    private static let units: Units? = {
        let lines = ProcessMeasures.text(of: "/proc/stat")?.split(separator: "\n") ?? []
        let line = lines.first { $0.hasPrefix("btime ") }
        guard let bootTime = line.flatMap({ UInt64($0.dropFirst(6)) }) else { return nil }
        let ticks = sysconf(Int32(_SC_CLK_TCK))
        let page = sysconf(Int32(_SC_PAGESIZE))
        guard ticks > 0, page > 0 else { return nil }
        return Units(ticks: UInt64(ticks), pageBytes: UInt64(page), bootTime: bootTime)
    }()

    private static func text(of path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        let size = 4096
        var piece = [UInt8](repeating: 0, count: size)
        var bytes: [UInt8] = []
        while true {
            let count = fread(&piece, 1, size, file)
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes += piece[..<count]
        }
    }

    private static func openFiles() -> Int {
        guard let directory = opendir("/proc/self/fd") else { return 0 }
        defer { closedir(directory) }
        var count = 0
        while readdir(directory) != nil { count += 1 }
        // The directory itself, the one above it, and what reads it.
        return max(count - 3, 0)
    }
}
