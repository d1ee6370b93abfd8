import Raft
import Replica

/// Members come and go, by the wish of a nemesis and by the rules of production.
extension World {
    /// Who belongs to the cluster, as far as that is committed.
    var members: [Machine] { machines.filter { safety.members.includes($0.id) } }

    /// Where clients turn.
    var doors: [Machine] { machines.filter { $0.isUp && safety.members.includes($0.id) } }

    /// What each machine goes by, or would if it started.
    private var configurations: [Configuration] {
        machines.filter { !$0.isRetired }.map { machine in
            machine.process?.replica.configuration ?? machine.disk.members
                ?? machine.base.members ?? founders
        }
    }

    /// Nobody's log says anything else of the members than what is committed.
    var isSettled: Bool {
        let members = safety.members
        return zip(machines.filter { !$0.isRetired }, configurations).allSatisfy {
            $1 == members || !members.includes($0.id)
        }
    }

    /// The fewest voters that could have to decide.
    var fewestVoters: Int {
        configurations.flatMap { [$0.voters, $0.outgoing] }.filter { !$0.isEmpty }
            .map(\.count).min() ?? 0
    }

    // MARK: Changes

    /// Of a large cluster always so many voters stay that a disk may be lost.
    private var votersMin: Int { founders.voters.count > 2 ? 3 : 1 }

    /// Now and then a second one is asked for before the first can be done.
    func changeMembers(_ fault: Nemesis.Fault, _ leader: Machine) {
        ask(fault, leader)
        let another = chance.pick([Nemesis.Fault.promote, .replace, .demote, .remove])
        if chance.happens(150), let another { ask(another, leader) }
    }

    private func ask(_ fault: Nemesis.Fault, _ leader: Machine) {
        guard let process = leader.process, leader.pausedUntil <= now,
            let change = change(fault, leader, process.replica.configuration)
        else { return }
        lastChange += 1
        trace.note(12, lastChange, UInt64(leader.place), at: now)
        trace.say(at: now, "\(leader.id) is asked for \(change.parts)")
        post(.changeMembership(token: lastChange, change), to: leader)
    }

    private func change(
        _ fault: Nemesis.Fault, _ leader: Machine, _ members: Configuration
    ) -> MembershipChange? {
        if fault == .addLearner { return newcomer(members).map { .init(.addLearner($0.id)) } }
        // Who lost entries does not vote until it is healed: the others must be able to go on.
        if machines.contains(where: \.lacks) { return nil }
        let mayShrink = members.voters.count > votersMin
        let learner = chance.pick(members.learners)
        guard let voter = chance.pick(members.voters) else { return nil }
        switch fault {
        case .promote:
            return members.voters.count < 7 ? learner.map { .init(.promote($0)) } : nil
        case .replace: return learner.map { .replace(voter, with: $0) }
        case .demote: return mayShrink ? .init(.demote(voter)) : nil
        case .removeLeader: return mayShrink ? .init(.remove(leader.id)) : nil
        default:
            if let learner, chance.happens(200) { return .init(.remove(learner)) }
            return mayShrink ? .init(.remove(voter)) : nil
        }
    }

    /// A computer that was never a member; a new one, if there is none. It knows nothing of the
    /// others yet, so it could take an old copy of somebody's data directory for the newest.
    private func newcomer(_ members: Configuration) -> Machine? {
        guard members.members.count < founders.voters.count + 2,
            !machines.contains(where: \.isSubstitute)
        else { return nil }
        let known = safety.configurations + [founders, members]
        let spare = machines.first { machine in
            !machine.isRetired && !known.contains { $0.includes(machine.id) }
        }
        if let spare { return spare }
        return machines.count < machinesMax ? enrol() : nil
    }

    private func enrol() -> Machine {
        let clock = VirtualClock(
            start: chance.number(.seconds(1) ... .seconds(1000)), rate: 1000, at: now)
        let machine = Machine(
            place: machines.count, count: machinesMax, incarnation: chance.seed() | 1,
            clock: clock, mutation: mutation)
        // Whatever the others were raised to, this one knows it.
        machine.machineVersion = 2
        for other in machines {
            guard let process = other.process else { continue }
            agenda.schedule(
                .dial(from: other.place, to: machine.place, boot: process.boot),
                at: now + chance.number(.milliseconds(10) ... .milliseconds(100)))
        }
        machines.append(machine)
        trace.say(at: now, "\(machine.id) is new")
        agenda.schedule(.start(machine.place), at: now)
        return machine
    }

    // MARK: Outcomes

    /// Every change is answered, once and in time; and what is said to be done is committed.
    func expectChanged(
        _ process: Process, _ moment: Moment, _ effects: ReplicaEffects
    ) throws(Violation) {
        for (token, outcome) in effects.memberships {
            trace.say(at: now, "change \(token): \(outcome)")
            guard let place = process.changes.firstIndex(where: { $0.token == token }) else {
                throw Violation("change \(token) was answered twice")
            }
            process.changes.remove(at: place)
            if case .applied(let members) = outcome, !safety.configurations.contains(members) {
                throw Violation("change \(token) is said to be done, and is not committed")
            }
        }
        if let first = process.changes.first, moment.monotonic > first.deadline {
            throw Violation("change \(first.token) was never answered")
        }
    }

    /// Whoever is gone by what is committed goes on for a while, as nobody tells it.
    func bidFarewell(from before: Configuration) {
        for machine in machines
        where before.includes(machine.id) && !safety.members.includes(machine.id) {
            trace.say(at: now, "\(machine.id) is no member any more")
            agenda.schedule(
                .retire(machine.place),
                at: now + chance.skewed(.milliseconds(100) ... .seconds(10)))
        }
    }

    /// It never comes back, not under this name and not with this disk.
    func retire(_ machine: Machine) throws(Violation) {
        machine.isRetired = true
        if machine.isUp { try crash(machine) }
    }
}

extension Machine {
    /// Somebody may miss what it lost.
    var lacks: Bool { !isRetired && rightDisk.lacks }
}
