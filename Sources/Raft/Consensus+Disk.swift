/// What is known of a disk that has writes to do.
struct DiskWatch {
    /// Since when writes wait while none became durable; nil while nothing waits.
    var waitingSince: Instant?
    /// Set once it was seen to hang: by then a leader has handed over, or it steps down.
    var patienceEnd: Instant?
}

/// A disk that hangs while the node lives: a leader that can write nothing still shows itself, and
/// so keeps everybody else from leading. It hands over, and steps down where that does not help.
extension Consensus {
    /// Whether writes have waited so long that the disk must be taken for hanging. This node can
    /// make no vote durable then, so it neither campaigns nor encourages anybody.
    func isDiskStalled(_ now: Instant) -> Bool {
        guard let since = disk.waitingSince else { return false }
        return now.since(since) >= timing.stallTimeout
    }

    /// When a leader has to look at its disk next; nil while nothing waits for it.
    var diskDeadline: Instant? {
        guard mayStepDown, let since = disk.waitingSince else { return nil }
        return disk.patienceEnd ?? since + timing.stallTimeout
    }

    /// Some writes became durable: whatever still waits, the disk works.
    mutating func diskProgressed(_ now: Instant, _ effects: inout Effects) {
        if disk.patienceEnd != nil, let since = disk.waitingSince {
            effects.traces.append(.diskRecovered(after: now.since(since)))
        }
        disk = DiskWatch()
    }

    /// After every step: writes begin to wait, or have waited for too long.
    mutating func watchDisk(_ now: Instant, _ effects: inout Effects) {
        guard durableTicket < lastTicket else { return }
        let since = disk.waitingSince ?? now
        disk.waitingSince = since
        guard isDiskStalled(now) else { return }
        if let end = disk.patienceEnd {
            if now >= end { stepDown(stalledFor: now.since(since), now, &effects) }
        } else {
            disk.patienceEnd = now + timing.electionTimeout
            handOver(stalledFor: now.since(since), now, &effects)
        }
        // Nobody knows when what waits for the disk would leave: it counts as lost on its way, and
        // is said again in answer to a later heartbeat. So nothing piles up behind the disk.
        effects.messages.removeAll { $0.after > durableTicket }
    }

    private mutating func handOver(
        stalledFor span: Instant.Span, _ now: Instant, _ effects: inout Effects
    ) {
        let active = peers.filter { $0.progress.isActive }.map { $0.id }
        let candidate =
            transfer?.target ?? transferCandidate { active.contains($0) }
            ?? transferCandidate { _ in true }
        let successor = mayStepDown ? candidate : nil
        effects.traces.append(.diskStalled(for: span, successor: successor))
        if let successor, transfer == nil { startTransfer(to: successor, now, &effects) }
    }

    private mutating func stepDown(
        stalledFor span: Instant.Span, _ now: Instant, _ effects: inout Effects
    ) {
        guard mayStepDown else { return }
        let tenths = span.nanoseconds / 100_000_000
        becomeFollower(
            term, leader: nil, now, &effects,
            why: "the disk has made no write durable for \(tenths / 10).\(tenths % 10) s")
    }

    /// A sole voter goes on as soon as its disk does; nobody else could lead meanwhile.
    private var mayStepDown: Bool { role == .leader && configuration.hasOtherVoters(than: id) }
}
