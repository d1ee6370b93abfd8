import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// A process that cannot be mistaken for a later one with the same number.
package struct ProcessIdentity: Codable, Hashable, Sendable {
    package var pid: Int32
    /// In clock ticks since the machine booted, as /proc has it.
    package var started: UInt64

    package init(pid: Int32, started: UInt64) {
        self.pid = pid
        self.started = started
    }

    /// nil if there is no such process, or only its remains.
    package init?(pid: Int32) {
        guard pid > 0, let entry = ProcessTable.entry(pid), entry.isAlive else { return nil }
        self.init(pid: pid, started: entry.started)
    }

    package var isAlive: Bool { ProcessIdentity(pid: pid) == self }

    /// It stands still, because somebody paused it.
    package var isStopped: Bool { isAlive && ProcessTable.entry(pid)?.state == "T" }

    /// False if it is gone already; never touches another process.
    @discardableResult
    package func signal(_ signal: Int32) -> Bool { isAlive && kill(pid, signal) == 0 }
}

/// What /proc says.
package enum ProcessTable {
    package struct Entry: Hashable {
        package var state: Character
        package var started: UInt64
        /// A zombie has ended; only its parent has not asked how.
        package var isAlive: Bool { state != "Z" && state != "X" }
    }

    static func entry(_ pid: Int32) -> Entry? {
        read("/proc/\(pid)/stat").flatMap { parse(stat: $0) }
    }

    /// Field 3 is the state, field 22 the start time; field 2 is a name in parentheses that may
    /// hold spaces and parentheses itself.
    package static func parse(stat: String) -> Entry? {
        guard let end = stat.lastIndex(of: ")") else { return nil }
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        guard fields.count > 19, let state = fields[0].first, let started = UInt64(fields[19])
        else { return nil }
        return Entry(state: state, started: started)
    }

    /// What listens on a TCP port of this machine, such as `process 123 (python3 -m http.server)`;
    /// nil if that cannot be found out.
    package static func listener(on port: Int) -> String? {
        let inodes = Set(
            ["/proc/net/tcp", "/proc/net/tcp6"].compactMap(read)
                .flatMap { listeningInodes($0, port: port) })
        guard !inodes.isEmpty,
            let all = try? FileManager.default.contentsOfDirectory(
                atPath: "/proc")
        else { return nil }
        for pid in all.compactMap({ Int32($0) }) where holds(pid, inodes) {
            return "process \(pid) (\(commandLine(pid)))"
        }
        return nil
    }

    /// Lines read `sl local_address rem_address st ... inode`; state 0A listens.
    package static func listeningInodes(_ table: String, port: Int) -> [String] {
        table.split(separator: "\n").dropFirst().compactMap { line in
            let fields = line.split(separator: " ")
            guard fields.count > 9, fields[3] == "0A",
                let hex = fields[1].split(separator: ":").last, Int(hex, radix: 16) == port
            else { return nil }
            return String(fields[9])
        }
    }

    private static func holds(_ pid: Int32, _ inodes: Set<String>) -> Bool {
        let directory = "/proc/\(pid)/fd"
        let files = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return files.contains { file in
            let target = try? FileManager.default.destinationOfSymbolicLink(
                atPath: "\(directory)/\(file)")
            return target.map { target in
                target.hasPrefix("socket:[")
                    && inodes.contains(String(target.dropFirst(8).dropLast()))
            } ?? false
        }
    }

    private static func commandLine(_ pid: Int32) -> String {
        let parts = (read("/proc/\(pid)/cmdline") ?? "").split(separator: "\0")
        let text = Printable.line(parts.joined(separator: " "))
        return Printable.fit(text.isEmpty ? "unnamed" : text, 80)
    }

    private static func read(_ path: String) -> String? {
        // Files there have no length, so they are read until they end.
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }
        guard let data = try? file.readToEnd() else { return nil }
        return String(decoding: data, as: UTF8.self)
    }
}
