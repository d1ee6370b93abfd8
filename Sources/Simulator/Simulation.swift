import Raft
import Replica
import Work

/// One run: a cluster under faults, then without them. Everything follows from the seed.
package struct Simulation {
    package struct Options: Hashable, Sendable {
        /// 1 to 7 voters; nil draws 3, 5 or 7, now and then 1.
        package var nodes: Int?
        package var families: FaultFamilies
        /// Of the faults that the seed draws, by number from 1; nil: all of them.
        package var onlyFaults: [Int]?
        /// How long there are faults, in simulated seconds; longer, until there were five.
        package var seconds: UInt64
        /// How many operations clients have; if it takes longer, it takes longer.
        package var operations: Int
        /// Keep so many lines of the trace.
        package var traceLines: Int
        /// A bug to be found.
        package var mutation: Mutation?

        package init(
            nodes: Int? = nil, families: FaultFamilies = .all, onlyFaults: [Int]? = nil,
            seconds: UInt64 = 60, operations: Int = 1000, traceLines: Int = 0,
            mutation: Mutation? = nil
        ) {
            self.nodes = nodes
            self.families = families
            self.onlyFaults = onlyFaults
            self.seconds = seconds
            self.operations = operations
            self.traceLines = traceLines
            self.mutation = mutation
        }
    }

    package struct Outcome: Sendable {
        package var seed: UInt64
        package var nodes: Int
        package var violation: Violation?
        package var traceHash: UInt64
        package var trace: [String]
        package var events: Int
        package var operations: Int
        package var applied: Int
        package var unknown: Int
        package var rejected: Int
        package var reads: Int
        package var faults: Int
        /// Those included that `Options.onlyFaults` left out.
        package var faultsDrawn: Int
        package var terms: UInt64
        /// Configurations that were committed.
        package var changes: Int
        package var simulatedSeconds: UInt64
        /// Histories of tasks that were too tangled for the checker.
        package var undecided: Int
        /// Delays, leases and pauses that ended on time in a calm world.
        package var punctual: Int
    }

    private let seed: UInt64
    let nodes: Int
    let world: World
    private var undecided = 0

    private let options: Options

    /// So many faults a run has at least, whatever it takes.
    private static let faults = 5

    private init(seed: UInt64, options: Options) {
        self.seed = seed
        self.options = options
        var chance = Chance(seed: seed &+ 0x0de5)
        let drawn = [3, 3, 3, 3, 3, 5, 5, 5, 7, 1][chance.place(in: 10)]
        nodes = options.nodes ?? drawn
        world = World(seed: seed, nodes: nodes, options)
    }

    package static func run(seed: UInt64, options: Options = Options()) -> Outcome {
        var simulation = Simulation(seed: seed, options: options)
        do throws(Violation) {
            try simulation.run()
            return simulation.outcome(nil)
        } catch {
            return simulation.outcome(error)
        }
    }

    private mutating func run() throws(Violation) {
        begin()
        try disturb()
        try checkHostility()
        try heal()
        try world.workload.checkTruth(world.safety.committed)
        undecided = try world.workload.checkLinearizable(limit: 50_000)
    }

    private func begin() {
        for machine in world.machines {
            let pause = world.chance.number(0 ... .milliseconds(100))
            world.agenda.schedule(.start(machine.place), at: world.now + pause)
        }
        for client in world.workload.clients.indices {
            let pause = world.chance.number(0 ... .seconds(2))
            world.agenda.schedule(.client(client), at: world.now + pause)
        }
        world.agenda.schedule(.fault, at: world.now + .seconds(1))
        world.agenda.schedule(.produce, at: world.now + .seconds(1))
        for worker in world.jobs.workers.indices {
            let pause = world.chance.number(0 ... .seconds(2))
            world.agenda.schedule(.work(worker, turn: 0), at: world.now + pause)
        }
    }

    private func disturb() throws(Violation) {
        let start = world.now
        try world.run(until: start + .seconds(options.seconds))
        while world.workload.operations.count < options.operations * 14 / 15
            || world.nemesis.drawn < (options.families.isEmpty ? 0 : Self.faults)
        {
            if world.now > start + .seconds(10 * options.seconds) { break }
            try world.run(until: world.now + .seconds(1))
        }
        world.failTransfer()
        try world.run(until: world.now + .seconds(2))
    }

    /// A world in which little happens proves little: a seed that is run as it is, without anything
    /// left out, must have had its faults.
    private func checkHostility() throws(Violation) {
        guard options.onlyFaults == nil, !options.families.isEmpty, options.seconds >= 60,
            world.nemesis.struck < Self.faults
        else { return }
        throw Violation("only \(world.nemesis.struck) faults in \(options.seconds) seconds")
    }

    private func checkBusiness() throws(Violation) {
        let begun = world.workload.operations.count
        if begun < options.operations { throw Violation("only \(begun) operations were begun") }
    }

    // MARK: Healing

    private func heal() throws(Violation) {
        try world.makePeace()
        // What was held up comes first, with the times at which it was begun.
        try world.run(until: world.now + .seconds(2))
        world.jobs.punctuality.isCalm = true
        let patience = world.now + .seconds(30)
        repeat {
            try world.run(until: world.now + .seconds(4))
        } while world.workload.operations.count < options.operations && world.now < patience
        try checkBusiness()
        world.workload.isOpen = false
        try settle(within: .seconds(6), checkHealed)
        try serve(at: world.members)
        try stallLeader()
        try drain()
        // The disk that hung may go on to do so for a while.
        try settle(within: .seconds(15), checkConverged)
    }

    /// Leases may have to end first: of workers that died, or of nodes that were silent.
    private func drain() throws(Violation) {
        world.jobs.drains = true
        try settle(within: .seconds(25)) { () throws(Violation) in
            // What was on its way may still be buried, and a kick refused.
            if !world.jobs.jobs.isEmpty { world.kickAll() }
            try world.checkDrained()
        }
        try world.jobs.checkTruth()
    }

    /// Goes on until the check holds.
    func settle(
        within time: Time, _ check: () throws(Violation) -> Void
    ) throws(Violation) {
        let end = world.now + time
        while true {
            try world.run(until: world.now + .milliseconds(250))
            do throws(Violation) {
                return try check()
            } catch {
                if world.now >= end { throw error }
            }
        }
    }

    private func checkHealed() throws(Violation) {
        guard world.leader != nil else {
            throw Violation("nobody leads ten seconds after the faults")
        }
        let members = world.safety.members
        if members.isJoint { throw Violation("a change of members is never complete") }
        for machine in world.members {
            guard let process = machine.process else { throw Violation("\(machine.id) is down") }
            if process.replica.isRepairing { throw Violation("\(machine.id) did not heal") }
            if process.members != members { throw Violation("\(machine.id) has other members") }
        }
    }

    /// New writes and reads are served on every one of these nodes.
    func serve(at machines: [Machine]) throws(Violation) {
        let first = request(at: machines)
        try settle(within: .milliseconds(Workload.patience + 200)) { () throws(Violation) in
            try checkServed(world.workload.attempts[first...])
        }
    }

    private func checkServed(_ attempts: ArraySlice<Workload.Attempt>) throws(Violation) {
        for attempt in attempts {
            switch attempt.fate {
            case .applied, .read: continue
            case .pending, .rejected, .unknown, .unread:
                throw Violation("n\(attempt.place + 1) does not serve after the faults")
            }
        }
    }

    /// A write and a read at each node; the number of the first attempt.
    func request(at machines: [Machine]) -> Int {
        let first = world.workload.attempts.count
        for machine in machines {
            for kind in [Workload.Operation.Kind.create, .read(TaskID(1), .linearizable)] {
                world.workload.clients.append(.init(pace: 1))
                let client = world.workload.clients.count - 1
                world.begin(kind, isKeyed: false, client: client)
                world.attempt(client: client, at: machine.place)
            }
        }
        return first
    }

    private func checkConverged() throws(Violation) {
        let commit = world.safety.commit
        for machine in world.members {
            guard let process = machine.process else { throw Violation("\(machine.id) is down") }
            let replica = process.replica.applied.rawValue
            if replica != commit || process.replica.commit.rawValue != commit {
                throw Violation("\(machine.id) applied \(replica) of \(commit) entries")
            }
            if process.replica.pendingCount > 0 || process.replica.hasWaitingReads {
                throw Violation("\(machine.id) still holds requests")
            }
            if machine.base.position.index.rawValue != commit {
                throw Violation("the base of \(machine.id) stays behind")
            }
            if machine.disk.last.index.rawValue != commit {
                throw Violation("the log of \(machine.id) ends elsewhere")
            }
            for position in world.safety.committed where position.index > machine.disk.start.index {
                if machine.disk.entry(at: position.index)?.term != position.term {
                    throw Violation("\(machine.id) lost entry \(position.index.rawValue)")
                }
            }
        }
    }

    // MARK: Outcome

    private func outcome(_ violation: Violation?) -> Outcome {
        if let violation { world.trace.say(at: world.now, "VIOLATION: \(violation)") }
        var outcome = Outcome(
            seed: seed, nodes: nodes, violation: violation, traceHash: world.trace.hash,
            trace: world.trace.tail, events: world.steps,
            operations: world.workload.operations.count, applied: 0, unknown: 0, rejected: 0,
            reads: 0, faults: world.nemesis.struck,
            faultsDrawn: world.nemesis.drawn, terms: world.safety.latestTerm.rawValue,
            changes: world.safety.configurations.count,
            simulatedSeconds: world.now / Time.seconds(1), undecided: undecided,
            punctual: world.jobs.punctuality.ended)
        for attempt in world.workload.attempts {
            switch attempt.fate {
            case .applied: outcome.applied += 1
            case .unknown: outcome.unknown += 1
            case .rejected: outcome.rejected += 1
            case .read: outcome.reads += 1
            case .pending, .unread: break
            }
        }
        return outcome
    }
}
