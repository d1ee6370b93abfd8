/// Connections, one for each direction between two machines, as the side that dialled sees them.
struct Network {
    struct Link {
        var isUp = false
        /// Counts connections: what belongs to an earlier one is not delivered over a later one.
        fileprivate(set) var epoch: UInt64 = 0
        /// The boot of the peer that this connection leads to.
        fileprivate(set) var peerBoot: UInt64 = 0
        /// An ordered connection delivers nothing before this.
        fileprivate var lastArrival: Time = 0
        fileprivate(set) var isCut = false
        /// What waits behind a cut; a connection keeps sending it again.
        fileprivate var held: [Packet] = []
        fileprivate var failures = 0
    }

    private var links: [Link]
    private let count: Int

    init(count: Int) {
        self.count = count
        links = Array(repeating: Link(), count: count * count)
    }

    subscript(from: Int, to: Int) -> Link {
        _read { yield links[from * count + to] }
        _modify { yield &links[from * count + to] }
    }

    /// A connection needs both directions.
    func isPassable(_ left: Int, _ right: Int) -> Bool {
        !self[left, right].isCut && !self[right, left].isCut
    }

    mutating func connect(_ from: Int, _ to: Int, peerBoot: UInt64, at now: Time) {
        self[from, to].isUp = true
        self[from, to].epoch += 1
        self[from, to].peerBoot = peerBoot
        self[from, to].lastArrival = now
        self[from, to].failures = 0
    }

    mutating func disconnect(_ from: Int, _ to: Int) {
        self[from, to].isUp = false
        self[from, to].epoch += 1
        self[from, to].held = []
    }

    /// How often it failed before.
    mutating func failed(_ from: Int, _ to: Int) -> Int {
        defer { self[from, to].failures = min(self[from, to].failures + 1, 6) }
        return self[from, to].failures
    }

    mutating func inOrder(_ from: Int, _ to: Int, _ arrival: Time) -> Time {
        self[from, to].lastArrival = max(arrival, self[from, to].lastArrival)
        return self[from, to].lastArrival
    }

    mutating func hold(_ packet: Packet) { self[packet.from, packet.to].held.append(packet) }

    mutating func takeHeld(_ from: Int, _ to: Int) -> [Packet] {
        defer { self[from, to].held = [] }
        return self[from, to].held
    }

    mutating func setCut(_ from: Int, _ to: Int, _ isCut: Bool) { self[from, to].isCut = isCut }
}
