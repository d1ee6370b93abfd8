import Glibc
import StateStore
import Wire
import Work

/// How long a page of a query takes: `search-bench 100000 DIRECTORY [mysql://user@host/database]`
/// fills a base in an empty directory, and a database beside it, with so many tasks, and asks both.
@main struct SearchBench {
    static let queries = [
        "", "sort:-updated", "sort:due", "sort:-due", "sort:priority", "sort:title", "sort:-created",
        "board:1 status:pending", "board:2 column:review", "status:done sort:-updated",
        "label:home", "label:rare", "-label:home -label:work sort:due", "assignee:ann due<7d",
        "assignee:nobody", "author:ann", "p1 due:overdue", "is:unassigned created<1d sort:title",
        "updated<1h", "is:deleted", "report", "common", "common seldom", "common report status:done",
        "common even odd", "rep*", "s*", "-common", "\"even common\"", "\"common even\"",
        "zzzz", "id:77", "status:in_progress p2 label:work assignee:bob due:none sort:-created",
    ]

    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count >= 3, let count = Int(arguments[1]) else {
            return say("usage: search-bench TASKS DIRECTORY [mysql://user@host/database]")
        }
        let path = arguments[2] + "/" + Base.fileName
        let base = try Base.open(path: path, cluster: 1).base
        let start = cpuMilliseconds()
        let spent = try measure { try fill(base, with: count) }
        let cpu = cpuMilliseconds() - start
        say("\(count) tasks made and written to the base in \(Int(spent)) ms, \(Int(cpu)) of CPU")
        try ask("SQLite", try base.reader(), base)
        guard arguments.count > 3, case .mysql(let address) = try StoreSettings(arguments[3]) else {
            return
        }
        try project(base, address)
        try ask("MySQL", MySQLQueries(address: address, password: nil), base)
    }

    static func project(_ base: Base, _ address: MySQLAddress) throws {
        let projection = Projection(
            address: address, password: nil, source: try base.reader(),
            owner: StoreOwner(cluster: 1, node: 1))
        let spent = try measure {
            while projection.step().state != .ok {
                if projection.status.state == .down { throw BenchError(projection.status.error) }
            }
        }
        say("copied to MySQL in \(Int(spent)) ms")
    }

    static func ask(_ name: String, _ store: any TaskQueries, _ base: Base) throws {
        let now = Timestamp(milliseconds: 1_795_435_200_000)
        say("\n\(name): ms of the first page, CPU of it here, ms of the third, of the count; tasks")
        for text in queries {
            let query = try TaskQuery(parsing: text)
            var (page, count) = (TaskPage(tasks: [], next: nil), 0)
            var cpu = Double.infinity
            let first = try best {
                let start = cpuMilliseconds()
                defer { cpu = min(cpu, cpuMilliseconds() - start) }
                page = try store.read { try $0.tasks(matching: query, after: nil, at: now) }
            }
            let next = page.next
            let later = try next.map { next in
                let second = try store.read { try $0.tasks(matching: query, after: next, at: now) }
                return try best {
                    _ = try store.read {
                        try $0.tasks(matching: query, after: second.next ?? next, at: now)
                    }
                }
            }
            let counting = try best {
                count = try store.read { try $0.count(matching: query, at: now) }
            }
            say(
                "\(tenths(first))\t\(tenths(cpu))\t\(later.map { tenths($0) } ?? "-")\t\(tenths(counting))\t"
                    + "\(count)\t\(text)")
        }
    }

    /// At once, also into a file.
    static func say(_ line: String) {
        print(line)
        fflush(nil)
    }

    static func cpuMilliseconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1_000 + Double(time.tv_nsec) / 1_000_000
    }

    static func tenths(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }

    /// Of five, in milliseconds: what the machine does beside it is left out.
    static func best(_ body: () throws -> Void) throws -> Double {
        var best = Double.infinity
        for _ in 0..<5 { best = min(best, try measure(body)) }
        return best
    }

    static func measure(_ body: () throws -> Void) throws -> Double {
        let start = ContinuousClock.now
        try body()
        let (seconds, attoseconds) = (ContinuousClock.now - start).components
        return Double(seconds) * 1_000 + Double(attoseconds) / 1e15
    }
}

struct BenchError: Error {
    let text: String
    init(_ text: String?) { self.text = text ?? "?" }
}
