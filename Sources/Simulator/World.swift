import Raft
import Replica
import Wire
import Work

/// A whole cluster with its clients in one thread: virtual time, network, disks, bases and clocks,
/// all drawn from one seed. The nodes are production replicas; every step of theirs is checked.
final class World {
    let families: FaultFamilies
    let mutation: Mutation?
    var now: Time = .seconds(1)
    var chance: Chance
    var agenda = Agenda()
    var machines: [Machine] = []
    /// Who belonged to the cluster when it began.
    let founders: Configuration
    /// No more machines than this ever come into the world.
    let machinesMax: Int
    /// Changes of membership that were asked for.
    var lastChange: UInt64 = 0
    var network: Network
    var weather: Weather
    /// What the weather is when no storm is on.
    var climate: Weather
    let timing: Timing
    var safety: Safety
    let workload: Workload
    let jobs: JobWorkload
    /// Sessions that workers had so far.
    var sessions: UInt64 = 0
    var nemesis: Nemesis
    var trace: TraceLog
    /// The buffer that replicas fill.
    var effects = ReplicaEffects()
    /// And one for what a process is about to look at.
    var spare: [ReplicaEvent] = []
    /// Faults happen, as long as this holds.
    var isHostile = true
    private(set) var steps = 0

    init(seed: UInt64, nodes: Int, _ options: Simulation.Options) {
        mutation = options.mutation
        nemesis = Nemesis(seed: seed, only: options.onlyFaults)
        var chance = Chance(seed: Hash64.mix(seed &+ 0x5eed))
        families = Self.families(options.families, &chance)
        founders = Configuration(voters: (1...UInt64(nodes)).map { NodeID($0) })
        machinesMax = nodes + (families.contains(.membership) ? 6 : 0)
        climate = Weather(families, &chance)
        weather = climate
        let heartbeat: UInt64 = chance.pick([60, 100, 160]) ?? 60
        timing = Timing(
            electionTimeout: .milliseconds(5 * heartbeat),
            heartbeatInterval: .milliseconds(heartbeat))
        network = Network(count: machinesMax)
        safety = Safety(founders: founders)
        workload = Workload(&chance, operations: options.operations)
        jobs = JobWorkload(&chance)
        let isNew = chance.happens(700)
        trace = TraceLog(limit: options.traceLines)
        for place in 0..<nodes {
            let skewed = families.contains(.clock) && chance.happens(500)
            let clock = VirtualClock(
                start: chance.number(.seconds(1) ... .seconds(1000)),
                rate: skewed ? chance.number(900...1100) : 1000, at: now)
            machines.append(
                Machine(
                    place: place, count: machinesMax, incarnation: chance.seed() | 1, clock: clock,
                    mutation: mutation))
            if isNew { machines[place].machineVersion = WorkState.newestVersion }
        }
        self.chance = chance
    }

    /// With all families members change in some worlds only: other faults meet more often where
    /// they do not.
    private static func families(
        _ families: FaultFamilies, _ chance: inout Chance
    ) -> FaultFamilies {
        let changes = chance.happens(300)
        return families == .all && !changes ? families.subtracting(.membership) : families
    }

    var quorum: Int { safety.members.voters.count / 2 + 1 }

    /// Everything that happens up to `end`.
    func run(until end: Time) throws(Violation) {
        while let next = agenda.next, next <= end {
            guard let (at, event) = agenda.take() else { break }
            now = at
            steps += 1
            try handle(event)
        }
        now = end
    }

    private func handle(_ event: Event) throws(Violation) {
        switch event {
        case .wake(let place, let boot): try wake(machines[place], boot)
        case .timer(let place, let boot): timer(machines[place], boot)
        case .deliver(let packet): deliver(packet)
        case .dial(let from, let to, let boot): try dial(from, to, boot)
        case .broken(let from, let to, let epoch): broken(from, to, epoch)
        case .logWritten(let place, let boot): try logWritten(machines[place], boot)
        case .pageRead(let place, let boot, let page): pageRead(machines[place], boot, page)
        case .baseWritten(let place, let boot): try baseWritten(machines[place], boot)
        case .stop(let place, let boot, let deadline):
            try stop(machines[place], boot, deadline)
        case .start(let place): try start(machines[place])
        case .retire(let place): try retire(machines[place])
        case .client(let number): act(client: number)
        case .produce: produce()
        case .work(let number, let turn): work(number, turn)
        case .abandoned(let attempt): abandon(attempt)
        case .fault: try strike()
        case .relief(let number): try relieve(number)
        }
    }

    /// A process that runs as `boot`, if that is the one.
    func process(_ machine: Machine, _ boot: UInt64) -> Process? {
        guard let process = machine.process, process.boot == boot else { return nil }
        return process
    }
}
