package import Work

/// What the connections of a listener share: who uses and watches which tube, and what they did.
/// It is this node's alone; jobs are the cluster's.
package struct Ledger: Sendable {
    struct Tube {
        /// In `order`.
        var place: Int
        var users = 0
        var watchers = 0
        var waiters = 0
        /// It may have jobs, so it keeps its place while nobody uses it.
        var mayHaveJobs = false
        /// What the queue had counted before the tube came to be anew.
        var earlier = QueueCounts()

        var isReferred: Bool { users + watchers > 0 }
    }

    /// A new connection uses and watches it, and it is always there.
    package static let defaultTube: QueueName = {
        guard let name = QueueName("default") else { preconditionFailure("It is a name.") }
        return name
    }()
    /// Tubes whose place is kept though nobody here refers to them.
    static let tubesKept = 100_000

    /// Puts are refused, so that the server can be taken away when its jobs are done.
    package var isDraining = false
    /// There is no other node: what nobody here refers to, and has no jobs, is gone, with its pause
    /// and all that it counted, though the queue itself lingers.
    package var isAlone = false
    private(set) var tubes: [QueueName: Tube] = [:]
    /// As this node came to know them; but the last takes the place of one that goes, as clients
    /// have seen it in lists.
    private var order: [QueueName] = []
    /// With more tubes than this, those that nobody refers to lose their places.
    private var tubesMax = Self.tubesKept
    private var counts = [UInt64](repeating: 0, count: Verb.allCases.count)
    package private(set) var connections = 0
    package private(set) var connectionsTotal: UInt64 = 0
    var producers = 0
    var workers = 0
    package private(set) var waiters = 0
    /// The highest number that a job was given through this node.
    private(set) var lastJob: UInt64 = 0

    package init() {
        _ = meet(Self.defaultTube)
    }

    mutating func count(_ verb: Verb) { counts[verb.rawValue] += 1 }
    package func count(of verb: Verb) -> UInt64 { counts[verb.rawValue] }

    mutating func connectionOpened() {
        connections += 1
        connectionsTotal += 1
        use(Self.defaultTube)
        watch(Self.defaultTube)
    }

    mutating func connectionClosed() { connections -= 1 }

    // MARK: Tubes

    mutating func use(_ name: QueueName) { change(name) { $0.users += 1 } }
    mutating func leave(_ name: QueueName) { change(name) { $0.users -= 1 } }
    mutating func watch(_ name: QueueName) { change(name) { $0.watchers += 1 } }
    mutating func ignore(_ name: QueueName) { change(name) { $0.watchers -= 1 } }

    mutating func beginWait(_ names: [QueueName]) {
        waiters += 1
        for name in names { tubes[name]?.waiters += 1 }
    }

    mutating func endWait(_ names: [QueueName]) {
        waiters -= 1
        for name in names { tubes[name]?.waiters -= 1 }
    }

    mutating func jobOffered(to name: QueueName) {
        if tubes[name]?.mayHaveJobs != true { change(name) { $0.mayHaveJobs = true } }
    }

    mutating func jobPut(_ id: JobID) { lastJob = max(lastJob, id.rawValue) }

    func isReferred(_ name: QueueName) -> Bool {
        name == Self.defaultTube || tubes[name]?.isReferred == true
    }

    /// Whether a queue of the cluster is a tube to this node's clients. One that lingers, with
    /// neither jobs nor settings, is none.
    func shows(_ queue: QueueView) -> Bool {
        let isKept = isAlone ? queue.record.settings != nil : queue.record.idleSince == 0
        return isKept || queue.count > 0 || isReferred(queue.record.name)
    }

    /// Whether a tube comes to be with whoever refers to it now, for all that this node knows.
    func mayBeNew(_ name: QueueName) -> Bool { isAlone && !isReferred(name) }

    /// The queue stands for a tube that comes to be now.
    mutating func begin(_ name: QueueName, after counts: QueueCounts) {
        forget(name)
        _ = meet(name)
        tubes[name]?.earlier = counts
    }

    /// All tubes there are, given the cluster's queues in the order of their making.
    mutating func list(_ queues: [QueueView]) -> [QueueName] {
        for queue in queues where shows(queue) && tubes[queue.record.name]?.mayHaveJobs != true {
            change(queue.record.name) { $0.mayHaveJobs = true }
        }
        let shown = Set(queues.lazy.filter(shows).map(\.record.name))
        forget { !shown.contains($0) }
        return order
    }

    private mutating func change(_ name: QueueName, _ change: (inout Tube) -> Void) {
        var tube = tubes[name] ?? meet(name)
        change(&tube)
        tubes[name] = tube
        if tube.isReferred || name == Self.defaultTube { return }
        if !tube.mayHaveJobs { forget(name) }
        if tubes.count > tubesMax {
            forget { _ in true }
            tubesMax = max(Self.tubesKept, 2 * tubes.count)
        }
    }

    private mutating func meet(_ name: QueueName) -> Tube {
        let tube = Tube(place: order.count)
        order.append(name)
        tubes[name] = tube
        return tube
    }

    private mutating func forget(_ name: QueueName) {
        guard let place = tubes.removeValue(forKey: name)?.place, let last = order.popLast(),
            last != name
        else { return }
        order[place] = last
        tubes[last]?.place = place
    }

    /// Those of them that nobody here refers to.
    private mutating func forget(where isGone: (QueueName) -> Bool) {
        for name in order where !isReferred(name) && isGone(name) { forget(name) }
    }
}
