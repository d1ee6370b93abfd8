import Raft

/// What data directories lose.
extension World {
    /// The node dies, and its log loses something that a witness can tell of. Never so much that
    /// a majority could have lost the same entry, and never what only a snapshot could bring back.
    func damage(_ machine: Machine) throws(Violation) {
        let lacking = machines.count { $0.lacks && $0 !== machine }
        let isFresh = machines.contains { $0.rightDisk.isDamaged }
        guard lacking < (fewestVoters - 1) / 2, !machine.isRetired, machine.isUp, !isFresh, !machine.isSubstitute
        else { return }
        try crash(machine)
        guard let kind = chance.pick(VirtualDisk.Damage.allCases) else { return }
        let disk = machine.disk
        let witnessed = max(disk.mark?.index ?? .zero, machine.base.position.index)
        if mutation == .silentLoss { return machine.disk.loseSilently(after: witnessed) }
        var low = disk.start.index.next
        for other in members where other !== machine {
            low = max(low, other.rightDisk.start.index.next)
            // Where the base goes on without the log, the others must have what lies before.
            let base = machine.base.position
            if !other.rightDisk.holds(base) { low = max(low, base.index.next) }
        }
        // Without the beginning of its log, nobody could give it to a newcomer.
        if families.contains(.membership) { low = max(low, machine.base.position.index.next) }
        var high = disk.last.index
        if kind == .missingTail { high = min(high, witnessed) }
        if kind == .missingRow, witnessed < high { high = high.previous }
        guard low <= high else { return }
        let index = LogIndex(chance.number(low.rawValue...high.rawValue))
        trace.say(at: now, "\(machine.id) is damaged: \(kind) at \(index.rawValue)")
        machine.disk.damage(kind, at: index, copy: chance.number(0...7))
    }

    /// Somebody misses what the others commit; then one of these loses a part of its log, and
    /// perhaps the leader dies: what is left must not elect a leader without all of it.
    func leaveBehind(until end: Time) {
        guard let leader, members.count > 2 else { return }
        let others = members.map(\.place).filter { $0 != leader.place }
        guard let behind = chance.pick(others), let damaged = chance.pick(others),
            behind != damaged
        else { return }
        let start = now + chance.number(.milliseconds(100) ... .seconds(1))
        isolate(machines[behind], until: max(end, start))
        relieve(.damage(damaged, withLeader: chance.happens(500)), at: start)
    }

    /// A base that is damaged is moved aside when it is opened, and made again from the log.
    func damageBase(_ machine: Machine) throws(Violation) {
        guard machine.isUp, !machine.isSubstitute, !machine.disk.lacks,
            machine.disk.start == .zero
        else { return }
        try crash(machine)
        trace.say(at: now, "\(machine.id) loses its base")
        machine.base = VirtualBase(mutation: mutation)
    }

    // MARK: Wrong data directories

    /// Copies a data directory, and some boots later puts the copy, or an empty one, in its place.
    /// Not before everybody could know better: until then nobody can tell.
    func substitute(_ machine: Machine, until end: Time) throws(Violation) {
        // A sole founder with an empty directory founds the cluster anew, and asks nobody.
        guard founders.voters.count > 1, !machines.contains(where: \.isSubstitute), machine.isUp,
            isSettled, safety.members.includes(machine.id)
        else { return }
        let known = members.filter { $0 !== machine }
            .map { $0.disk.memory[machine.id]?.bootCount ?? 0 }.min() ?? 0
        var wrong: (disk: VirtualDisk, base: VirtualBase)
        if known > 0, chance.happens(200) {
            wrong = (
                VirtualDisk(incarnation: chance.seed() | 1, mutation: nil),
                VirtualBase(mutation: nil))
        } else if let copy = machine.copy {
            // It starts as the boot after the one it was made in.
            if known < copy.disk.bootCount + 2 { return }
            wrong = copy
        } else {
            machine.copy = (machine.disk, machine.base)
            return
        }
        try crash(machine)
        machine.original = (machine.disk, machine.base)
        machine.copy = nil
        wrong.disk.crash(.nothing, at: now)
        wrong.base.crash()
        (machine.disk, machine.base) = wrong
        trace.say(at: now, "\(machine.id) gets a wrong data directory")
        relieve(.restore(machine.place), at: end)
    }

    /// The right data directory comes back.
    func restore(_ machine: Machine) throws(Violation) {
        guard machine.isSubstitute else { return }
        if machine.isUp { try crash(machine) } else { giveBack(machine) }
    }

    func giveBack(_ machine: Machine) {
        guard let original = machine.original else { return }
        (machine.disk, machine.base) = original
        machine.original = nil
        trace.say(at: now, "\(machine.id) gets its data directory back")
    }
}
