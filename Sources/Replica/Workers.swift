import Raft
import Work

/// What a replica knows of those who work on jobs: its own clients, and, while it leads, all.
struct Workers {
    /// A leader's duties, from its first commit on.
    struct Office {
        /// Nothing ends before: workers must have had time to find the new leader.
        let expiresFrom: Instant
        /// The proposal under way that ends what is due, or goes on with what is unfinished.
        var timer: UInt64?
        var step: UInt64?
        var sweep: UInt64?
    }

    var sessions: SessionTable
    var waiters = WaiterTable()
    var office: Office?
    /// The term whose leader's waiters those are.
    var term = Term.zero
    /// When this leader heard of nodes that have workers, and since when it listens.
    var heard: [NodeID: Instant] = [:]
    var began: Instant
    /// Leases that nobody was told of, and sessions that are over: to be said at once, and again
    /// until the state shows that they are gone.
    var unwanted: [Lease] = []
    var closing: [SessionID] = []
    var saidUnwanted: [Lease] = []
    var saidClosing: [SessionID] = []
    /// At this moment the leader still counted this node as alive.
    private(set) var contact: Instant
    var isCutOff = false
    var nextBeat: Instant
    let firstNumber: UInt64

    init(bootCount: UInt64, now: Instant) {
        sessions = SessionTable(bootCount: bootCount)
        contact = now
        began = now
        nextBeat = now
        firstNumber = bootCount << 40
    }

    /// Whoever was silent so far may have been there when the leader began.
    func lastHeard(of node: NodeID) -> Instant { heard[node] ?? began }

    mutating func confirmed(_ moment: Instant) {
        contact = max(contact, moment)
    }

    /// A proposal of this node was applied.
    mutating func decided(_ number: UInt64) {
        if office?.timer == number { office?.timer = nil }
        if office?.step == number { office?.step = nil }
        if office?.sweep == number { office?.sweep = nil }
    }

    /// A proposal was tried for long enough: what it was to do is found again.
    mutating func expired(_ number: UInt64) {
        decided(number)
        waiters.forgetPromises()
    }
}
