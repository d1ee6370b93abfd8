import Raft
import Replica
import Wire

/// Messages and connections.
extension World {
    func send(_ message: PeerMessage, from: Int, to: Int) throws(Violation) {
        guard network[from, to].isUp, let process = machines[from].process else { return }
        trace.note(3, UInt64(from * 16 + to), at: now)
        trace.say(at: now, "n\(from + 1) -> n\(to + 1) \(Self.describe(message))")
        let message = try chance.happens(100) ? Self.recoded(message) : message
        let packet = Packet(
            from: from, to: to, fromBoot: process.boot, toBoot: network[from, to].peerBoot,
            epoch: network[from, to].epoch, message: message, outlives: chance.happens(500))
        let isConsensus = if case .raft = message { true } else { false }
        if isConsensus, chance.happens(weather.lost) { return }
        if network[from, to].isCut {
            if weather.isOrdered || !isConsensus { network.hold(packet) }
            return
        }
        travel(packet, isOrdered: weather.isOrdered || !isConsensus)
        let mayDouble = isConsensus || mutation == .forwardDoubled
        if mayDouble, chance.happens(weather.doubled) {
            travel(packet, isOrdered: false, isLate: isConsensus && chance.happens(500))
        }
    }

    /// A copy may come so late that elections lie between.
    private func travel(_ packet: Packet, isOrdered: Bool, isLate: Bool = false) {
        let late: ClosedRange<Time> = .milliseconds(300) ... .seconds(6)
        var arrival = now + chance.skewed(isLate ? late : weather.delay)
        if isOrdered { arrival = network.inOrder(packet.from, packet.to, arrival) }
        agenda.schedule(.deliver(packet), at: arrival)
    }

    /// What arrives went through the codec.
    private static func recoded(_ message: PeerMessage) throws(Violation) -> PeerMessage {
        var writer = ByteWriter()
        message.encode(into: &writer)
        var reader = ByteReader(writer.bytes)
        guard let copy = try? PeerMessage(from: &reader), copy == message else {
            throw Violation("the codec changed \(message)")
        }
        return copy
    }

    func deliver(_ packet: Packet) {
        let target = machines[packet.to]
        guard let process = target.process, process.boot == packet.toBoot, !target.isSubstitute,
            target.greeted[packet.from] <= packet.fromBoot
        else { return }
        let link = network[packet.from, packet.to]
        guard link.epoch == packet.epoch ? link.isUp : packet.outlives else { return }
        trace.note(4, UInt64(packet.from * 16 + packet.to), at: now)
        if answersUnproven(packet, target) { return }
        let message = mutated(packet.message, for: target)
        post(.received(message, from: machines[packet.from].id), to: target)
    }

    // MARK: Connections

    /// A connection to a process that answers, if both directions work.
    func dial(_ from: Int, _ to: Int, _ boot: UInt64) throws(Violation) {
        guard let process = process(machines[from], boot), !network[from, to].isUp
        else { return }
        let target = machines[to]
        if target.isRetired { return }
        guard let peer = target.process, target.pausedUntil <= now,
            network.isPassable(from, to),
            try shakeHands(machines[from], process, target, peer)
        else {
            let failures = network.failed(from, to)
            let pause = Time.milliseconds(min(20 << failures, 400))
            agenda.schedule(
                .dial(from: from, to: to, boot: boot), at: now + chance.number(pause / 2...pause))
            return
        }
        network.connect(from, to, peerBoot: peer.boot, at: now)
        trace.note(5, UInt64(from * 16 + to), at: now)
        post(
            .connected(target.id, machineVersion: target.machineVersion), to: machines[from])
    }

    /// Breaks a connection that leads nowhere any more.
    func broken(_ from: Int, _ to: Int, _ epoch: UInt64) {
        let link = network[from, to]
        guard link.isUp, link.epoch == epoch else { return }
        if network.isPassable(from, to), machines[to].process?.boot == link.peerBoot { return }
        disconnect(from, to)
    }

    func disconnect(_ from: Int, _ to: Int) {
        guard network[from, to].isUp else { return }
        network.disconnect(from, to)
        trace.note(6, UInt64(from * 16 + to), at: now)
        guard let process = machines[from].process else { return }
        post(.disconnected(machines[to].id), to: machines[from])
        agenda.schedule(
            .dial(from: from, to: to, boot: process.boot),
            at: now + chance.number(.milliseconds(1) ... .milliseconds(40)))
    }

    /// Nothing gets from one machine to the other. What is sent waits; the connection may break.
    func cut(_ from: Int, _ to: Int) {
        if network[from, to].isCut { return }
        network.setCut(from, to, true)
        for (near, far) in [(from, to), (to, from)]
        where network[near, far].isUp && chance.happens(700) {
            agenda.schedule(
                .broken(from: near, to: far, epoch: network[near, far].epoch),
                at: now + chance.number(.milliseconds(100) ... .seconds(3)))
        }
    }

    func join(_ from: Int, _ to: Int) {
        guard network[from, to].isCut else { return }
        network.setCut(from, to, false)
        for packet in network.takeHeld(from, to) { travel(packet, isOrdered: true) }
    }
}
