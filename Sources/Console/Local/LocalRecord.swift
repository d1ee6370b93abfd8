import Foundation
#if canImport(Glibc)
import Glibc
#endif

/// What `local.json` remembers of a cluster on this machine.
package struct LocalRecord: Codable, Hashable, Sendable {
    package var layout: LocalLayout
    /// The last process of each node that was started; whether it lives is for /proc to say.
    package var processes: [String: ProcessIdentity]
    /// The process that holds the levers, if it was started for nothing else.
    package var supervisor: ProcessIdentity?

    package init(layout: LocalLayout) {
        self.layout = layout
        processes = [:]
    }

    /// nil unless the node's process lives.
    package func process(of id: Int) -> ProcessIdentity? {
        processes[String(id)].flatMap { $0.isAlive ? $0 : nil }
    }

    package var living: [(id: Int, process: ProcessIdentity)] {
        layout.ids.compactMap { id in process(of: id).map { (id, $0) } }
    }
}

/// The directory of a cluster on this machine.
package struct LocalDirectory: Hashable, Sendable {
    /// Absolute, since the nodes are told parts of it.
    package let path: String

    package init(_ path: String) {
        self.path = URL(fileURLWithPath: path).standardizedFileURL.path
    }

    package var recordPath: String { path + "/local.json" }
    package func log(of id: Int) -> String { "\(path)/n\(id).log" }

    /// nil if no cluster was ever started there.
    package func record() throws(Failure) -> LocalRecord? {
        guard let data = FileManager.default.contents(atPath: recordPath) else { return nil }
        do {
            return try JSONDecoder().decode(LocalRecord.self, from: data)
        } catch {
            throw Failure(
                "\(recordPath) is damaged: \(error); the nodes' data are untouched, remove that "
                    + "file and start again with the same options")
        }
    }

    package func existingRecord() throws(Failure) -> LocalRecord {
        guard let record = try record() else {
            throw Failure(
                "no cluster was started in \(path); start one by: taskraft local up --dir \(path)")
        }
        return record
    }

    /// Reads, changes and writes the record while nobody else does.
    package func update(_ change: (inout LocalRecord?) throws(Failure) -> Void) throws(Failure) {
        try create()
        let lock = open(path + "/local.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0, flock(lock, LOCK_EX) == 0 else {
            throw Failure("\(path)/local.lock: \(String(cString: strerror(errno)))")
        }
        defer { close(lock) }
        var record = try record()
        try change(&record)
        guard let record else { return }
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            try encoder.encode(record).write(
                to: URL(fileURLWithPath: recordPath), options: .atomic)
        } catch {
            throw Failure("\(recordPath) cannot be written: \(error.localizedDescription)")
        }
    }

    private func create() throws(Failure) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true)
        } catch {
            throw Failure("\(path) cannot be created: \(error.localizedDescription)")
        }
    }

    /// The end of a node's log, for people.
    package func lastLines(of id: Int, count: Int = 15) -> String {
        guard let file = FileHandle(forReadingAtPath: log(of: id)) else { return "" }
        defer { try? file.close() }
        let size = (try? file.seekToEnd()) ?? 0
        try? file.seek(toOffset: size > 8192 ? size - 8192 : 0)
        let text = String(decoding: (try? file.readToEnd()) ?? Data(), as: UTF8.self)
        return text.split(separator: "\n").suffix(count).map { "    " + Printable.line(String($0)) }
            .joined(separator: "\n")
    }
}
