import Raft
import Replica
import Work

/// Faults at the moments that matter: few, so that chance alone would rarely meet them.
extension World {
    func endanger(_ machine: Machine, _ process: Process, _ effects: ReplicaEffects) {
        guard isHostile else { return }
        if families.contains(.crash), effects.traces.contains(.healed), chance.happens(300) {
            // A node that is whole again counts again, and may have to do without its leader.
            leader?.crashStage = 0
        }
        if process.replica.role == .leader {
            endangerLeader(machine, process)
            if families.contains(.network) { endangerGrants(of: machine, effects) }
            if effects.traces.contains(where: \.isAboutMembers) { endangerChange(machine) }
        }
    }

    /// A leader that has begun or completed a change, and that nobody hears of.
    private func endangerChange(_ machine: Machine) {
        if families.contains(.crash), chance.happens(50) {
            machine.crashStage = chance.number(0...6)
        } else if families.contains(.network), chance.happens(50) {
            isolate(machine, until: now + chance.number(.milliseconds(500) ... .seconds(4)))
        }
    }

    /// Figure 8 of the Raft paper: a leader that is cut off as soon as it has begun a term, and
    /// another one that dies after its first commit.
    private func endangerLeader(_ machine: Machine, _ process: Process) {
        let (term, commit) = (process.replica.term, process.replica.commit)
        if process.begun.term != term {
            process.begun = (term, commit)
            if families.contains(.network), chance.happens(100) {
                isolate(machine, until: now + chance.number(.milliseconds(500) ... .seconds(4)))
            }
        } else if let start = process.begun.commit, commit > start {
            process.begun.commit = nil
            if families.contains(.crash), chance.happens(100) {
                machine.crashStage = chance.number(0...6)
            }
        }
    }

    /// A node that is cut off as somebody who waits there is granted a job, until the others have
    /// written it off. He waits on.
    private func endangerGrants(of leader: Machine, _ effects: ReplicaEffects) {
        for entry in effects.durable {
            for case .jobs(.job(let job, _)) in entry.changes where job.state == .reserved {
                guard let number = jobs.workers.firstIndex(where: { $0.session == job.session }),
                    case let worker = jobs.workers[number], worker.waiting != nil,
                    worker.isAttached, worker.place != leader.place, chance.happens(15)
                else { continue }
                let end = now + chance.number(.seconds(8) ... .seconds(14))
                isolate(machines[worker.place], until: end)
                sleep(number, .seconds(15) ... .seconds(20))
            }
        }
    }

    /// A transfer that comes to nothing, since its target cannot be reached.
    func failTransfer() {
        guard families.contains(.crash), families.contains(.network), let leader,
            let target = chance.pick(members.filter { $0 !== leader })
        else { return }
        trace.say(at: now, "\(leader.id) is asked to hand over to \(target.id), in vain")
        isolate(target, until: now + .seconds(2))
        post(.transfer(to: target.id), to: leader)
    }
}

extension Trace {
    fileprivate var isAboutMembers: Bool { if case .reconfigured = self { true } else { false } }
}
