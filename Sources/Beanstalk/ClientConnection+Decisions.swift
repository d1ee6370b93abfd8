import Raft
import Replica
import Work

/// Commands that the cluster decides, one at a time.
extension ClientConnection {
    struct Deciding: Sendable {
        let command: ClientCommand
        let proposal: JobCommand
        let tag: UInt64
        /// Until when it is tried.
        let end: Instant
        /// It is in no log, and is to be tried again.
        var retry: Instant?
        /// Of a kick that is too large for one entry: how many jobs it moved so far, and how many
        /// are to follow with the next entries.
        var kicked: UInt64 = 0
        var left: UInt64 = 0
    }

    /// Undoing what nobody waits for has no stage.
    static var tagOfUndo: UInt64 { 0 }

    mutating func decide(
        _ command: ClientCommand, _ proposal: JobCommand, _ turn: inout ConnectionTurn
    ) {
        decide(
            Deciding(
                command: command, proposal: proposal, tag: takeTag(),
                end: turn.now + limits.patience),
            &turn)
    }

    private mutating func decide(_ deciding: Deciding, _ turn: inout ConnectionTurn) {
        stage = .deciding(deciding)
        turn.requests.append(.perform(tag: deciding.tag, deciding.proposal))
    }

    mutating func decided(
        _ tag: UInt64, _ outcome: ProposalOutcome, _ ledger: inout Ledger,
        _ turn: inout ConnectionTurn
    ) {
        if tag == Self.tagOfUndo {
            // The end of the session releases the job as well.
            if case .applied = outcome { return }
            turn.isClosing = true
            return
        }
        if putDecided(tag, outcome, &turn) { return }
        guard case .deciding(var deciding) = stage, deciding.tag == tag else { return }
        switch outcome {
        case .applied(let reply, _, _): applied(reply, deciding, &ledger, &turn)
        case .rejected where turn.now < deciding.end:
            deciding.retry = turn.now + limits.retryDelay
            stage = .deciding(deciding)
        case .rejected, .unknown: turn.isClosing = true
        }
    }

    mutating func retry(_ deciding: Deciding, _ turn: inout ConnectionTurn) {
        guard let retry = deciding.retry, retry <= turn.now else { return }
        var again = deciding
        again.retry = nil
        decide(again, &turn)
    }

    private mutating func applied(
        _ reply: Reply, _ deciding: Deciding, _ ledger: inout Ledger,
        _ turn: inout ConnectionTurn
    ) {
        stage = .idle
        switch (deciding.command, reply) {
        case (.kick, _): kicked(reply, deciding, &turn)
        case (.reserveJob, .jobs(.reserved(let jobs))): reserved(jobs, &ledger, &turn)
        case (.touch(let id), .jobs(.job(let job))):
            held.hold(id, until: turn.now + .milliseconds(job.timeToRun))
            turn.output.append("TOUCHED\r\n")
        case (.delete(let id), _): settled(id, "DELETED\r\n", reply, &turn)
        case (.release(let id, _, _), _): settled(id, "RELEASED\r\n", reply, &turn)
        case (.bury(let id, _), _): settled(id, "BURIED\r\n", reply, &turn)
        case (.kickJob, .jobs(.moved(let count, _))):
            turn.output.append(count > 0 ? "KICKED\r\n" : "NOT_FOUND\r\n")
        case (.use, .done), (.watch, .done): refer(deciding.command, &ledger, &turn)
        case (.pauseTube, .done): turn.output.append("PAUSED\r\n")
        default: refused(reply, &turn)
        }
    }

    /// A job that this connection does not hold any more, or never did.
    private mutating func settled(
        _ id: JobID, _ word: String, _ reply: Reply, _ turn: inout ConnectionTurn
    ) {
        held.drop(id)
        guard case .jobs = reply else { return refused(reply, &turn) }
        turn.output.append(word)
    }

    private func refused(_ reply: Reply, _ turn: inout ConnectionTurn) {
        switch reply {
        case .refused(.jobs(.jobNotFound)), .refused(.jobs(.notHeld)):
            turn.output.append("NOT_FOUND\r\n")
        case .refused(.jobs(let refusal)): refused(refusal, &turn)
        default: turn.output.append("INTERNAL_ERROR\r\n")
        }
    }

    /// Without its session a connection is of no use.
    func refused(_ refusal: JobRefusal, _ turn: inout ConnectionTurn) {
        switch refusal {
        case .sessionClosed, .waitOver: turn.isClosing = true
        default: turn.output.append("OUT_OF_MEMORY\r\n")
        }
    }

    // MARK: Kicks

    mutating func beginKick(
        _ count: UInt32, _ command: ClientCommand, _ turn: inout ConnectionTurn
    ) {
        if count <= Limits.jobsPerCommand {
            kick(UInt64(count), command, kicked: 0, &turn)
        } else {
            look(command, .queue(used), &turn)
        }
    }

    /// So many jobs, in as many entries as it takes.
    mutating func kick(
        _ count: UInt64, _ command: ClientCommand, kicked: UInt64, _ turn: inout ConnectionTurn
    ) {
        let part = min(count, UInt64(Limits.jobsPerCommand))
        var deciding = Deciding(
            command: command, proposal: .kick(used, Int(part)), tag: takeTag(),
            end: turn.now + limits.patience)
        deciding.kicked = kicked
        deciding.left = count - part
        decide(deciding, &turn)
    }

    private mutating func kicked(
        _ reply: Reply, _ deciding: Deciding, _ turn: inout ConnectionTurn
    ) {
        var moved: UInt64 = 0
        switch reply {
        case .jobs(.moved(let count, _)): moved = UInt64(count)
        // No such queue: it has no jobs to kick.
        case .refused(.jobs(.queueNotFound)): break
        default: return refused(reply, &turn)
        }
        let kicked = deciding.kicked + moved
        if moved == Limits.jobsPerCommand, deciding.left > 0 {
            kick(deciding.left, deciding.command, kicked: kicked, &turn)
        } else {
            turn.output.appendLine("KICKED ", kicked)
        }
    }
}
