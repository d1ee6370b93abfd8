import DequeModule
import Raft
import Work

/// The undecided requests of this node, by number. Each ends exactly once: applied, rejected
/// (provably in no log) or unknown.
struct ProposalTable {
    /// Whose request it is. The outcome of all but a client's shows in the state.
    enum Sender: Equatable {
        /// Answered under this token.
        case client(UInt64)
        /// The node's, about itself.
        case node
        /// A leader's, for those who wait for jobs, and about what is due.
        case office
        /// The node's, about what its clients left behind.
        case cleaning
    }

    struct Pending {
        let number: UInt64
        let sender: Sender
        let request: [UInt8]
        let deadline: Instant
        /// Sends nobody has taken back: while there is one, the request may be in a log.
        var sends = 0
        /// The route it was last sent along.
        var route = 0
        var isDecided = false
    }

    private var pending: Deque<Pending> = []
    private var nextNumber: UInt64
    /// Counts routes: what was sent along an earlier one is sent again.
    private var route = 1
    /// Every request below it was sent along the present route.
    private var cursor: UInt64
    private(set) var count = 0
    /// Of all undecided requests, and of those that were sent along the present route.
    private(set) var bytes = 0
    private(set) var sentBytes = 0
    private var ownCount = 0
    private var cleaningCount = 0

    /// Numbers of one boot are above all of earlier ones, which nobody will send again.
    init(bootCount: UInt64) {
        nextNumber = bootCount << 40
        cursor = nextNumber
    }

    var isEmpty: Bool { count == 0 }
    /// From the oldest undecided request to the newest.
    var span: Int { pending.count }
    /// Whether a request of the node itself is under way.
    var hasOwn: Bool { ownCount > 0 }
    /// Whether something that is to be cleaned up is under way.
    var isCleaning: Bool { cleaningCount > 0 }
    var nextDeadline: Instant? { pending.first?.deadline }

    /// The number the next request gets, and the floor it carries: what is below is decided.
    var upcoming: (number: UInt64, floor: UInt64) {
        (nextNumber, pending.first?.number ?? nextNumber)
    }

    mutating func add(_ sender: Sender, request: [UInt8], deadline: Instant) {
        pending.append(
            Pending(number: nextNumber, sender: sender, request: request, deadline: deadline))
        nextNumber += 1
        count += 1
        bytes += request.count
        count(sender, 1)
    }

    /// The route changed: all that is undecided is sent again, in order, with its number.
    mutating func reroute() {
        route += 1
        sentBytes = 0
        cursor = pending.first?.number ?? nextNumber
    }

    /// The requests to send next, in order, as many as `limit` says of their sizes. Until the
    /// node is registered only its own go out.
    mutating func take(onlyOwn: Bool, _ limit: ([Int]) -> Int) -> [Forwarded] {
        var chosen: [Int] = []
        var place = place(of: cursor)
        var firstLeft: Int?
        while place < pending.count, chosen.count < 1024 {
            let request = pending[place]
            if !request.isDecided, request.route != route {
                if onlyOwn, request.sender != .node {
                    firstLeft = firstLeft ?? place
                } else {
                    chosen.append(place)
                }
            }
            place += 1
        }
        let count = limit(chosen.map { pending[$0].request.count })
        if count < chosen.count { firstLeft = min(firstLeft ?? place, chosen[count]) }
        cursor = (firstLeft ?? place) < pending.count ? pending[firstLeft ?? place].number : nextNumber
        return chosen.prefix(count).map { place in
            pending[place].sends += 1
            pending[place].route = route
            sentBytes += pending[place].request.count
            return Forwarded(number: pending[place].number, request: pending[place].request)
        }
    }

    /// Whoever got these did not append them, and will not.
    mutating func takeBack(_ numbers: [UInt64]) {
        for number in numbers {
            let place = place(of: number)
            guard place < pending.count, pending[place].number == number,
                pending[place].sends > 0
            else { continue }
            pending[place].sends -= 1
            if !pending[place].isDecided { unsend(pending[place]) }
            pending[place].route = 0
            cursor = min(cursor, number)
        }
    }

    /// The request that was decided; nil if nobody waits for it any more.
    mutating func decide(_ number: UInt64) -> Pending? {
        let place = place(of: number)
        guard place < pending.count, pending[place].number == number, !pending[place].isDecided
        else { return nil }
        pending[place].isDecided = true
        let decided = pending[place]
        forget(decided)
        while let first = pending.first, first.isDecided { pending.removeFirst() }
        return decided
    }

    /// Takes out what this node wanted as a leader: to say it to the next one would be to decide by
    /// what was seen before. What stands in a log already may still be applied.
    mutating func leaveOffice() -> [UInt64] {
        let numbers = pending.filter { $0.sender == .office && !$0.isDecided }.map(\.number)
        for number in numbers { _ = decide(number) }
        return numbers
    }

    /// Takes out what was tried for long enough.
    mutating func expired(at now: Instant) -> [Pending] {
        var result: [Pending] = []
        while let first = pending.first, first.isDecided || first.deadline <= now {
            pending.removeFirst()
            if first.isDecided { continue }
            forget(first)
            result.append(first)
        }
        return result
    }

    private mutating func forget(_ request: Pending) {
        count -= 1
        bytes -= request.request.count
        unsend(request)
        count(request.sender, -1)
    }

    private mutating func count(_ sender: Sender, _ change: Int) {
        switch sender {
        case .node: ownCount += change
        case .cleaning: cleaningCount += change
        case .client, .office: break
        }
    }

    private mutating func unsend(_ request: Pending) {
        if request.route == route { sentBytes -= request.request.count }
    }

    /// Numbers are contiguous, so a place follows from a number.
    private func place(of number: UInt64) -> Int {
        guard let first = pending.first, number > first.number else { return 0 }
        return Int(min(number - first.number, UInt64(pending.count)))
    }
}
