import Glibc
import Wire
import Work

/// What jobs cost in the replicated state: `jobs-bench memory 1000000 100` (jobs, bytes a body)
/// and `jobs-bench speed 1000000 100000` (jobs waiting, rounds of put, reserve and delete).
@main struct JobsBench {
    static func main() {
        let arguments = CommandLine.arguments
        let numbers = arguments.dropFirst(2).compactMap { Int($0) }
        switch (arguments.dropFirst().first, numbers.count) {
        case ("memory", 2): memory(jobs: numbers[0], body: numbers[1])
        case ("speed", 2): speed(waiting: numbers[0], rounds: numbers[1])
        default: print("usage: jobs-bench memory JOBS BODY | speed WAITING ROUNDS")
        }
    }

    static func memory(jobs: Int, body: Int) {
        var state = Driver()
        state.fill(1_000, body: body)
        let before = residentBytes()
        state.fill(jobs, body: body)
        let each = Double(residentBytes() - before) / Double(jobs)
        print("\(jobs) jobs: \(each) bytes each, \(each - Double(body)) beside the body")
    }

    static func speed(waiting: Int, rounds: Int) {
        var state = Driver()
        state.fill(waiting, body: 100)
        let before = (cpuNanoseconds(), state.state.jobs.heapMoves)
        for round in 0..<rounds { state.round(UInt64(round)) }
        let spent = (cpuNanoseconds() - before.0) / UInt64(rounds)
        let moves = Double(state.state.jobs.heapMoves - before.1) / Double(rounds)
        print("\(waiting) waiting: \(spent) ns of CPU a round, \(moves) places in heaps written")
    }

    static func residentBytes() -> Int {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 128)
        fgets(&line, 128, file)
        let text = String(decoding: line.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return (Int(text.split(separator: " ")[1]) ?? 0) * Int(getpagesize())
    }

    static func cpuNanoseconds() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}

/// A replicated state with entries as a leader would make them.
struct Driver {
    var state = WorkState()
    private let origin = Origin(node: 1, incarnation: 100)
    private let queue = QueueName("default")!  // It is a name.
    private var number: UInt64 = 0
    private var chance = SeededGenerator(seed: 1)

    init() { send(.raiseMachineVersion(2)) }

    @discardableResult
    mutating func send(_ command: Command) -> Reply? {
        number += 1
        let request = Request(
            origin: origin, number: number, floor: number, actor: nil, key: nil, command: command)
        let stamp = Stamp(clusterTime: 1_000 + number / 1_000, wallTime: .zero)
        return state.apply(
            index: state.scalars.index + 1, term: 1, payload: stamp.payload(request.encoded())
        ).reply
    }

    /// Priorities at random: the dearest case for a heap.
    private mutating func job(_ size: Int) -> NewJob {
        NewJob(
            priority: UInt32.random(in: 0..<100_000, using: &chance),
            body: [UInt8](repeating: 7, count: size))
    }

    mutating func fill(_ count: Int, body: Int) {
        for _ in 0..<count { send(.jobs(.put(queue, [job(body)]))) }
    }

    mutating func round(_ wait: UInt64) {
        send(.jobs(.put(queue, [job(100)])))
        let session = SessionID(origin: origin, number: 1)
        let wish = Reservation(
            session: session, isAttached: true, wait: wait + 1, queues: [queue], max: 1)
        guard case .jobs(.reserved(let jobs)) = send(.jobs(.reserve(wish))), let job = jobs.first
        else { fatalError("A job is ready.") }
        send(.jobs(.delete(job.id, .session(session))))
    }
}
