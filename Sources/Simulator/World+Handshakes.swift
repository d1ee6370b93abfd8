import Raft
import Replica

/// Handshakes, decided by the rules of production.
extension World {
    /// Whether both sides take each other in.
    func shakeHands(
        _ machine: Machine, _ process: Process, _ target: Machine, _ peer: Process
    ) throws(Violation) -> Bool {
        for (side, sideProcess) in [(machine, process), (target, peer)] {
            sideProcess.admission.note(acknowledgedTo: sideProcess.replica)
            // It is written down now and then, not each time.
            if chance.happens(300) { side.disk.remember(sideProcess.admission) }
        }
        let hello = process.admission.hello(to: target.id, of: process.replica)
        guard try admits(target, peer, hello, from: machine) else { return false }
        let answer = peer.admission.hello(to: machine.id, of: peer.replica)
        return try admits(machine, process, answer, from: target)
    }

    /// A peer that is what it says is never refused; one on an old copy of its data directory, or
    /// on an empty one, is never taken in.
    private func admits(
        _ machine: Machine, _ process: Process, _ hello: Hello, from peer: Machine
    ) throws(Violation) -> Bool {
        if let reason = process.admission.refusal(hello, by: process.replica) {
            // Who came or went may be unknown here, or known.
            if peer.isSubstitute || !process.replica.configuration.includes(peer.id) {
                return false
            }
            throw Violation("\(machine.id) refuses a good peer: \(reason)")
        }
        if peer.isSubstitute {
            throw Violation("\(machine.id) takes in \(peer.id), which lost its data directory")
        }
        if process.admission.remember(hello) != nil { machine.disk.remember(process.admission) }
        machine.greeted[peer.place] = hello.bootCount
        return true
    }

    func admission(_ machine: Machine) -> Admission {
        let own = Hello(
            machineVersion: machine.machineVersion, cluster: 1, node: machine.id,
            target: machine.id, incarnation: machine.disk.incarnation,
            bootCount: machine.disk.bootCount, term: .zero, last: .zero)
        return Admission(
            own: own,
            memory: machines.compactMap { machine.disk.memory[$0.id] })
    }
}
