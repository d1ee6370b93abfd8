import Raft
import Replica
import Wire
import Work

/// Processes start, stop and die.
extension World {
    func start(_ machine: Machine) throws(Violation) {
        if machine.isUp || machine.isRetired { return }
        if machine.fullUntil > now {
            return agenda.schedule(.start(machine.place), at: machine.fullUntil)
        }
        let state = try machine.base.load()
        let tailBytes = chance.pick([200, 5000, Bounds.tailBytes]) ?? Bounds.tailBytes
        let recovered = try machine.disk.open(base: machine.base.position, tailBytes: tailBytes)
        if chance.happens(200) { machine.machineVersion = WorkState.newestVersion }
        let replica = Replica(
            settings: settings(machine), recovered: recovered, state: state,
            at: machine.clock.moment(at: now))
        let process = Process(
            boot: machine.disk.bootCount, replica: replica, admission: admission(machine),
            log: ShadowLog(
                start: machine.disk.start, entries: machine.disk.rows.map(\.entry),
                members: machine.disk.start == .zero ? founders : machine.base.members ?? founders))
        machine.process = process
        (machine.crashStage, machine.failsSync, machine.isWritingBase) = (nil, false, false)
        trace.note(7, UInt64(machine.place), process.boot, at: now)
        trace.say(
            at: now, "\(machine.id) starts: log to \(recovered.last.index.rawValue), base at "
                + "\(machine.base.scalars.index)\(recovered.loss.map { ", lost: " + $0 } ?? "")")
        wake(machine, process, at: now + .microseconds(100))
        for other in machines.indices where other != machine.place {
            agenda.schedule(
                .dial(from: machine.place, to: other, boot: process.boot),
                at: now + chance.number(.milliseconds(1) ... .milliseconds(30)))
        }
    }

    private func settings(_ machine: Machine) -> ReplicaSettings {
        ReplicaSettings(
            configuration: founders,
            registration: .init(
                id: machine.id.rawValue, name: "\(machine.id)",
                address: "http://\(machine.id)", incarnation: machine.disk.incarnation),
            bootCount: machine.disk.bootCount, timing: timing, seed: chance.seed(),
            machineVersion: machine.machineVersion,
            patience: .milliseconds(Workload.patience),
            pendingMax: chance.happens(100) ? 3 : 16_384,
            backlogEntries: chance.happens(100) ? 40 : 131_072)
    }

    /// The process dies. What was not durable is gone; of a transaction under way, nobody knows.
    func crash(_ machine: Machine) throws(Violation) {
        let progress = VirtualDisk.Progress.allCases[chance.place(in: 3)]
        machine.disk.crash(progress, at: now)
        trace.say(at: now, "\(machine.id) crashes, its last write: \(progress)")
        vanish(machine)
        // Now and then the mark was synced just before.
        if chance.happens(200) { machine.disk.advanceMark() }
        let pause: ClosedRange<Time> = chance.happens(300)
            ? .milliseconds(1) ... .milliseconds(30)
            : .milliseconds(5) ... .seconds(isHostile ? 8 : 1)
        agenda.schedule(.start(machine.place), at: now + chance.skewed(pause))
    }

    private func vanish(_ machine: Machine) {
        trace.note(8, UInt64(machine.place), at: now)
        let boot = machine.process?.boot ?? 0
        machine.process = nil
        machine.base.crash()
        // Each start on an old copy counts as a boot; after enough of them it would pass for new.
        giveBack(machine)
        (machine.crashStage, machine.failsSync, machine.isWritingBase) = (nil, false, false)
        for other in machines.indices where other != machine.place {
            network.disconnect(machine.place, other)
            let link = network[other, machine.place]
            guard link.isUp else { continue }
            let notice: Time = chance.happens(800) ? .milliseconds(50) : .seconds(2)
            agenda.schedule(
                .broken(from: other, to: machine.place, epoch: link.epoch),
                at: now + chance.number(0...notice))
        }
        lost(at: machine.place, boot)
        hangUp(at: machine.place, boot)
    }

    // MARK: Ending in good order

    func beginStop(_ machine: Machine) {
        guard let process = machine.process else { return }
        trace.say(at: now, "\(machine.id) is asked to stop")
        post(.handOver, to: machine)
        agenda.schedule(
            .stop(machine.place, boot: process.boot, deadline: now + .seconds(3)),
            at: now + .milliseconds(10))
    }

    func stop(_ machine: Machine, _ boot: UInt64, _ deadline: Time) throws(Violation) {
        guard let process = process(machine, boot) else { return }
        let isBusy =
            process.replica.successor != nil || process.replica.pendingCount > 0
            || process.replica.hasWaitingReads
        if (isBusy && now < deadline) || machine.pausedUntil > now {
            agenda.schedule(
                .stop(machine.place, boot: boot, deadline: deadline), at: now + .milliseconds(10))
            return
        }
        trace.say(at: now, "\(machine.id) stops")
        repeat { _ = machine.disk.finishWriting(at: now) } while machine.disk.beginWriting()
        machine.disk.advanceMark()
        try machine.base.write(atMost: .max)
        vanish(machine)
        agenda.schedule(
            .start(machine.place), at: now + chance.skewed(.milliseconds(20) ... .seconds(3)))
    }
}
