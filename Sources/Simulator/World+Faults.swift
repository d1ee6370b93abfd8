import Raft
import Replica

extension World {
    /// One fault, and the time of the next.
    func strike() throws(Violation) {
        guard isHostile else { return }
        var own = nemesis.next()
        agenda.schedule(.fault, at: now + own.skewed(.milliseconds(100) ... .seconds(6)))
        let end = now + own.skewed(.milliseconds(50) ... .seconds(6))
        let machine = machines[own.place(in: machines.count)]
        guard let fault = own.pick(Nemesis.faults(families)), nemesis.isWanted() else { return }
        trace.note(11, UInt64(machine.place), at: now)
        trace.say(at: now, "fault \(nemesis.drawn): \(fault) at \(machine.id)")
        try strike(fault, machine, until: end)
    }

    private func strike(
        _ fault: Nemesis.Fault, _ machine: Machine, until end: Time
    ) throws(Violation) {
        switch fault {
        case .partition: partition(until: end)
        case .isolateLeader: isolate(leader ?? machine, until: end)
        case .exile: exile(machine, until: end)
        case .minorityLeader: surroundLeader(until: end)
        case .oneWay: cutOneWay(until: end)
        case .breakConnection: disconnect(machine.place, chance.place(in: machines.count))
        case .storm: storm(until: end)
        case .slowDisk:
            machine.slowness = chance.number(5...100)
            relieve(.speed(machine.place), at: end)
        case .stalledDisk: machine.stalledUntil = max(machine.stalledUntil, end)
        case .failedSync: machine.failsSync = machine.isUp
        case .fullDisk: machine.fullUntil = end
        case .damage: try damage(machine)
        case .lossAndLag: leaveBehind(until: end)
        case .wrongDirectory: try substitute(machine, until: end)
        case .pause: machine.pause(at: now, until: end)
        case .clockRate: machine.clock.run(at: chance.number(800...1250), from: now)
        case .wallClock:
            machine.clock.wallError = Int64(chance.number(0...200_000_000)) - 100_000_000
        case .crash: armCrash(machine)
        case .crashMany: for one in machines where chance.happens(600) { armCrash(one) }
        case .stopInOrder: beginStop(chance.happens(500) ? leader ?? machine : machine)
        case .transfer: if let leader { post(.transfer(to: machine.id), to: leader) }
        case .stalledBase: machine.baseStalledUntil = max(machine.baseStalledUntil, end)
        case .damagedBase: try damageBase(machine)
        case .addLearner, .promote, .demote, .remove, .removeLeader, .replace:
            if let leader { changeMembers(fault, leader) }
        }
    }

    /// The node that leads the latest term, if it is up.
    var leader: Machine? {
        machines.filter { $0.process?.standing.role == .leader }
            .max { $0.term < $1.term }
    }

    private func armCrash(_ machine: Machine) {
        if machine.isUp { machine.crashStage = chance.number(0...6) }
    }

    // MARK: Network

    private func partition(until end: Time) {
        let sides = machines.map { _ in chance.happens(500) }
        let isPartial = chance.happens(300)
        var cuts: [(Int, Int)] = []
        for left in machines.indices {
            for right in machines.indices where sides[left] != sides[right] {
                if isPartial, chance.happens(400) { continue }
                cuts.append((left, right))
            }
        }
        cut(cuts, until: end)
    }

    func isolate(_ machine: Machine, until end: Time) {
        var cuts: [(Int, Int)] = []
        for other in machines.indices where other != machine.place {
            cuts += [(machine.place, other), (other, machine.place)]
        }
        cut(cuts, until: end)
    }

    /// Now and then for so long that the others write off whoever works there.
    private func exile(_ machine: Machine, until end: Time) {
        let isLong = chance.happens(300)
        isolate(machine, until: isLong ? now + chance.number(.seconds(8) ... .seconds(14)) : end)
    }

    /// The leader keeps as many followers as do not help it: they store what will be replaced.
    private func surroundLeader(until end: Time) {
        guard let leader else { return }
        var near = [leader.place]
        let others = members.map(\.place).filter { $0 != leader.place }
        let first = chance.place(in: max(1, others.count))
        for step in 0..<max(0, quorum - 2) { near.append(others[(first + step) % others.count]) }
        var cuts: [(Int, Int)] = []
        for far in machines.indices where !near.contains(far) {
            for place in near { cuts += [(place, far), (far, place)] }
        }
        cut(cuts, until: end)
    }

    private func cutOneWay(until end: Time) {
        var cuts: [(Int, Int)] = []
        for left in machines.indices {
            for right in machines.indices where left != right && chance.happens(200) {
                cuts.append((left, right))
            }
        }
        cut(cuts, until: end)
    }

    private func cut(_ cuts: [(Int, Int)], until end: Time) {
        for (from, to) in cuts { cut(from, to) }
        relieve(.join(cuts), at: end)
    }

    private func storm(until end: Time) {
        weather.delay = .milliseconds(1) ... chance.number(.milliseconds(20) ... .milliseconds(500))
        if !weather.isOrdered { weather.lost = chance.number(50...300) }
        relieve(.calm, at: end)
    }

    func relieve(_ relief: Nemesis.Relief, at time: Time) {
        agenda.schedule(.relief(nemesis.promise(relief)), at: time)
    }

    func relieve(_ number: Int) throws(Violation) {
        if let relief = nemesis.take(number) { try relieve(relief) }
    }

    private func relieve(_ relief: Nemesis.Relief) throws(Violation) {
        switch relief {
        case .join(let cuts): for (from, to) in cuts { join(from, to) }
        case .calm: weather = climate
        case .speed(let place): machines[place].slowness = 1
        case .restore(let place): try restore(machines[place])
        case .damage(let place, let withLeader):
            guard isHostile else { return }
            let leader = self.leader
            try damage(machines[place])
            if withLeader, let leader, leader.isUp { try crash(leader) }
        }
    }

    // MARK: Peace

    /// No faults any more; what still runs slowly or not at all comes back.
    func makePeace() throws(Violation) {
        isHostile = false
        trace.say(at: now, "faults end")
        for relief in nemesis.takeAll() { try relieve(relief) }
        (climate, weather) = (.calm, .calm)
        for machine in machines {
            machine.slowness = 1
            (machine.stalledUntil, machine.baseStalledUntil) = (now, now)
            (machine.crashStage, machine.failsSync) = (nil, false)
            machine.goOn(at: now)
            machine.fullUntil = now
            guard let process = machine.process else {
                if machine.isRetired { continue }
                agenda.schedule(.start(machine.place), at: now + .milliseconds(10))
                continue
            }
            wake(machine, process, at: now)
            agenda.schedule(.logWritten(machine.place, boot: process.boot), at: now)
            agenda.schedule(.baseWritten(machine.place, boot: process.boot), at: now)
        }
    }
}
