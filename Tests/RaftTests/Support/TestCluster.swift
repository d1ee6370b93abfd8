import Raft
import Wire

/// A cluster in one thread: virtual time, disks and network, all drawn from one seed, so that the
/// same seed gives the same run. Every step is checked.
struct TestCluster {
    /// How badly the world treats the cluster.
    struct World {
        /// Of a thousand messages, how many are lost, and how many come twice.
        var lost = 0
        var doubled = 0
        /// Milliseconds, drawn anew for each message, sync and page.
        var delay: ClosedRange<UInt64> = 0...0
        var syncDelay: ClosedRange<UInt64> = 0...0
    }

    private enum Event {
        case deliver(Outgoing, from: NodeID)
        case sync(NodeID, boot: Int)
        case page(LogRead, NodeID, boot: Int)
        case reconnect(NodeID, to: NodeID)

        var target: NodeID {
            switch self {
            case .deliver(let outgoing, from: _): outgoing.to
            case .sync(let id, boot: _), .page(_, let id, boot: _), .reconnect(let id, to: _): id
            }
        }
    }

    let members: [Member]
    private(set) var now = Instant.start
    private(set) var checker = Checker()
    var world = World()
    private var cuts: Set<Cut> = []
    private var boots: [NodeID: Int] = [:]
    /// Whose disk hangs: nothing becomes durable there.
    var stalled: Set<NodeID> = []
    /// How fast each member's clock runs, of a thousand; all others run true.
    var rates: [NodeID: UInt64] = [:]
    /// What reached each paused member, for when it goes on.
    private var paused: [NodeID: [Event]] = [:]
    /// Since when a clock stands still, and how far each is behind for having stood.
    private var frozen: [NodeID: Instant] = [:]
    private var lags: [NodeID: Instant.Span] = [:]
    private var generator: SeededGenerator
    private var events: [(at: Instant, event: Event)] = []
    private var lastEvent = Instant.start
    private var eventsOfMoment = 0
    /// Reads under way: what each must see at least.
    private var reads: [UInt64: (member: NodeID, least: LogIndex)] = [:]
    private var lastRead: UInt64 = 0
    private(set) var readsAnswered = 0
    private(set) var lastAnswers: [NodeID: ReadReady] = [:]
    /// How often each follower refused what was sent to it.
    private(set) var rejections: [NodeID: Int] = [:]

    private struct Cut: Hashable {
        let from: NodeID
        let to: NodeID
        /// Heartbeats and all other messages pass.
        var isForEntries = false
    }

    init(members: [Member], seed: UInt64 = 1) {
        self.members = members
        generator = SeededGenerator(seed: seed)
    }

    /// `newcomers` belong to nobody yet, and know who founded the cluster.
    init(
        _ configuration: Configuration, newcomers: [UInt64] = [],
        tailBytes: Int = Bounds.tailBytes, seed: UInt64 = 1
    ) {
        let members = (configuration.members + newcomers.map { NodeID($0) }).map {
            Member($0.rawValue, in: configuration, tailBytes: tailBytes, seed: seed)
        }
        self.init(members: members, seed: seed)
    }

    subscript(_ id: UInt64) -> Member { self[NodeID(id)] }

    subscript(_ id: NodeID) -> Member {
        guard let member = members.first(where: { $0.id == id }) else {
            preconditionFailure("\(id) is no member.")
        }
        return member
    }

    /// The leader of the highest term, if there is one.
    var leader: Member? {
        members.filter { $0.isUp && $0.consensus.role == .leader }
            .max { $0.consensus.term < $1.consensus.term }
    }

    // MARK: Inputs

    mutating func step(_ member: Member, _ input: Input) throws {
        member.step(input, at: clock(of: member))
        try perform(member)
    }

    mutating func propose(_ text: String, at member: Member) throws {
        guard member.isUp, member.acceptsProposals else { return }
        try step(member, .propose([Array(text.utf8)]))
    }

    /// What the member said to it; nil if it is down.
    @discardableResult
    mutating func change(
        _ change: MembershipChange, at member: Member
    ) throws -> MembershipAnswer.Result? {
        guard member.isUp else { return nil }
        try step(member, .changeMembership(change, context: 7))
        guard member.changes.count == 1, let answer = member.changes.popLast(), answer.context == 7
        else { throw Violation(description: "a change was not answered once") }
        return answer.result
    }

    mutating func read(at member: Member) throws {
        guard member.isUp else { return }
        lastRead += 1
        lastAnswers[member.id] = nil
        reads[lastRead] = (member.id, checker.commit)
        try step(member, .read(context: lastRead))
    }

    /// Everything a step asked for: messages travel, writes and pages take their time.
    private mutating func perform(_ member: Member) throws {
        try checker.look(at: member, in: members)
        for outgoing in member.take() { send(outgoing, from: member.id) }
        if !member.disk.pending.isEmpty {
            schedule(.sync(member.id, boot: boot(member)), after: world.syncDelay)
        }
        for page in member.logReads {
            schedule(.page(page, member.id, boot: boot(member)), after: world.syncDelay)
        }
        member.logReads = []
        for ready in member.reads { try check(ready, at: member) }
        member.reads = []
    }

    /// A read that is answered sees everything that was committed before it began.
    private mutating func check(_ ready: ReadReady, at member: Member) throws(Violation) {
        // A message that came twice is answered twice.
        guard let read = reads.removeValue(forKey: ready.context) else { return }
        lastAnswers[member.id] = ready
        guard read.member == member.id else {
            throw Violation(description: "read \(ready.context) was answered at \(member.id)")
        }
        guard let index = ready.index else { return }
        readsAnswered += 1
        if index < read.least {
            throw Violation(description: "read \(ready.context) was answered from the past")
        }
    }

    // MARK: Network

    mutating func cut(_ from: NodeID, _ to: NodeID) { cuts.insert(Cut(from: from, to: to)) }

    /// Messages with entries are lost on this way.
    mutating func loseEntries(_ from: NodeID, _ to: NodeID) {
        cuts.insert(Cut(from: from, to: to, isForEntries: true))
    }

    private func arrives(_ outgoing: Outgoing, from: NodeID) -> Bool {
        if cuts.contains(Cut(from: from, to: outgoing.to)) { return false }
        guard case .appendEntries(let append) = outgoing.message.body, !append.entries.isEmpty
        else { return true }
        return !cuts.contains(Cut(from: from, to: outgoing.to, isForEntries: true))
    }

    /// Cuts off `ids` from everybody else, in both directions.
    mutating func isolate(_ ids: UInt64...) {
        let inside = Set(ids.map { NodeID($0) })
        for left in members where inside.contains(left.id) {
            for right in members where !inside.contains(right.id) {
                cut(left.id, right.id)
                cut(right.id, left.id)
            }
        }
    }

    /// Ends all cuts; connections that come back say so.
    mutating func join() throws {
        let ended = cuts.sorted { ($0.from, $0.to) < ($1.from, $1.to) }
        cuts = []
        for cut in ended { try run(.reconnect(cut.from, to: cut.to)) }
    }

    private mutating func send(_ outgoing: Outgoing, from: NodeID) {
        if chance(world.lost) { return }
        schedule(.deliver(outgoing, from: from), after: world.delay)
        if chance(world.doubled) { schedule(.deliver(outgoing, from: from), after: world.delay) }
    }

    private mutating func schedule(_ event: Event, after delay: ClosedRange<UInt64>) {
        let delay = delay == 0...0 ? 0 : UInt64.random(in: delay, using: &generator)
        let at = now + delay
        let place = events.lastIndex { $0.at <= at }.map { $0 + 1 } ?? 0
        events.insert((at, event), at: place)
    }

    mutating func chance(_ perMille: Int) -> Bool {
        perMille > 0 && Int.random(in: 0..<1000, using: &generator) < perMille
    }

    mutating func random(_ range: Range<Int>) -> Int { Int.random(in: range, using: &generator) }

    // MARK: Crashes

    private func boot(_ member: Member) -> Int { boots[member.id, default: 0] }

    mutating func crash(_ member: Member, keeping count: Int = 0) {
        member.crash(keeping: count)
        paused[member.id] = nil
        reads = reads.filter { $0.value.member != member.id }
    }

    /// Everybody's connection to the restarted member is a new one.
    mutating func restart(_ member: Member) throws {
        boots[member.id, default: 0] += 1
        member.restart(at: clock(of: member))
        for other in members where other !== member {
            try run(.reconnect(other.id, to: member.id))
        }
    }

    /// The machine stops, and its log loses its end. Nothing from or to it is under way any more:
    /// its connections ended with it.
    mutating func damage(_ member: Member, from index: LogIndex) {
        crash(member)
        member.disk.lose(from: index)
        member.disk.loss = "entries from \(index.rawValue) on are missing"
        events.removeAll {
            guard case .deliver(let outgoing, from: let sender) = $0.event else { return false }
            return sender == member.id || outgoing.to == member.id
        }
    }

    // MARK: Pauses

    /// The process stands still, with its clock or without; what reaches it waits.
    mutating func pause(_ member: Member, withClock: Bool) {
        if paused[member.id] == nil { paused[member.id] = [] }
        if withClock, frozen[member.id] == nil { frozen[member.id] = now }
    }

    mutating func resume(_ member: Member) throws {
        if let since = frozen.removeValue(forKey: member.id) {
            let lag = lags[member.id, default: .milliseconds(0)].nanoseconds
            lags[member.id] = Instant.Span(nanoseconds: lag + now.since(since).nanoseconds)
        }
        for event in paused.removeValue(forKey: member.id) ?? [] { try run(event) }
    }

    private func isRunning(_ member: Member) -> Bool {
        member.isUp && paused[member.id] == nil
    }

    // MARK: Time

    private func clock(of member: Member) -> Instant {
        let elapsed = now.since(.start).nanoseconds
        let lag = lags[member.id, default: .milliseconds(0)].nanoseconds
        let shown = (elapsed - lag) * rates[member.id, default: 1000] / 1000
        return .start + Instant.Span(nanoseconds: shown)
    }

    /// When the member's clock shows its next deadline.
    private func deadline(of member: Member) -> Instant {
        let shown = member.consensus.nextDeadline.since(.start).nanoseconds
        let rate = rates[member.id, default: 1000]
        let lag = lags[member.id, default: .milliseconds(0)].nanoseconds
        return .start + Instant.Span(nanoseconds: (shown * 1000 + rate - 1) / rate + lag)
    }

    /// Lets time go by, timers included.
    mutating func run(milliseconds: UInt64) throws {
        let end = now + milliseconds
        while let next = nextMoment, next <= end { try runMoment(next) }
        now = end
    }

    /// Runs until `condition` holds; false if it does not within `milliseconds`.
    mutating func run(
        atMost milliseconds: UInt64, until condition: (borrowing TestCluster) -> Bool
    ) throws -> Bool {
        let end = now + milliseconds
        while !condition(self) {
            guard let next = nextMoment, next <= end else { return false }
            try runMoment(next)
        }
        return true
    }

    private var nextMoment: Instant? {
        let deadlines = members.filter { isRunning($0) }.map { deadline(of: $0) }
        guard let event = events.first?.at else { return deadlines.min() }
        return deadlines.min().map { min($0, event) } ?? event
    }

    private mutating func runMoment(_ moment: Instant) throws {
        now = max(now, moment)
        if let first = events.first, first.at <= now {
            try runFirstEvent()
            return
        }
        try countMoment()
        for member in members where isRunning(member) && deadline(of: member) <= now {
            try step(member, .tick)
        }
    }

    private mutating func countMoment() throws {
        eventsOfMoment = lastEvent == now ? eventsOfMoment + 1 : 0
        lastEvent = now
        if eventsOfMoment > 100_000 { throw Violation(description: "time stands still") }
    }

    /// Delivers and syncs until nothing is under way; no timer fires.
    mutating func settle() throws {
        while let first = events.first {
            now = max(now, first.at)
            try runFirstEvent()
        }
    }

    private mutating func runFirstEvent() throws {
        try countMoment()
        let event = events.removeFirst().event
        if case .deliver(let outgoing, let from) = event, !arrives(outgoing, from: from) { return }
        try run(event)
    }

    private mutating func run(_ event: Event) throws {
        let target = self[event.target]
        guard target.isUp else { return }
        if paused[target.id] != nil {
            paused[target.id]?.append(event)
            return
        }
        switch event {
        case .deliver(let outgoing, let from):
            if case .appendEntriesResponse(let response) = outgoing.message.body,
                case .rejected = response.outcome
            {
                rejections[from, default: 0] += 1
            }
            // What arrives went through the codec.
            try step(target, .message(try outgoing.message.reencoded(), from: from))
        case .sync(let id, let boot):
            guard boots[id, default: 0] == boot else { return }
            if stalled.contains(id) {
                schedule(.sync(id, boot: boot), after: 10...10)
                return
            }
            target.sync(1, at: clock(of: target))
            try perform(target)
        case .page(let page, let id, let boot):
            guard boots[id, default: 0] == boot else { return }
            try step(target, .logRead(page.ticket, target.disk.read(page)))
        case .reconnect(_, let peer):
            try step(target, .reconnected(peer))
        }
    }

    /// Time passes until `id` campaigns, and nobody else does.
    mutating func elect(_ id: UInt64) throws {
        now = max(now + 600, deadline(of: self[id]))
        try step(self[id], .tick)
        try settle()
        guard self[id].consensus.role == .leader else { return }
        // The commit index travels with the first heartbeat.
        try step(self[id], .tick)
        try settle()
    }
}

extension Message {
    func reencoded() throws -> Message {
        var writer = ByteWriter()
        encode(into: &writer)
        var reader = ByteReader(writer.bytes)
        let message = try Message(from: &reader)
        try reader.finish()
        guard message == self else { throw Violation(description: "the codec changed \(self)") }
        return message
    }
}
