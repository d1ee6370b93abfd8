import Replica
import Work

/// Which command does what.
extension ClientConnection {
    /// Commands about the connection itself, and puts, need not wait for the puts before them.
    /// False for the others.
    mutating func runAtOnce(
        _ command: ClientCommand, _ ledger: inout Ledger, _ turn: inout ConnectionTurn
    ) -> Bool {
        switch command {
        case .put(let priority, let delay, let timeToRun, let body):
            let job = NewJob(
                priority: priority, start: .after(UInt64(delay) * 1000),
                timeToRun: UInt64(max(timeToRun, 1)) * 1000, body: body)
            put(job, &ledger, &turn)
        case .use(let tube), .watch(let tube):
            if ledger.mayBeNew(tube) { return false }
            refer(command, &ledger, &turn)
        case .ignore(let tube): ignore(tube, &ledger, &turn)
        case .listTubeUsed: say("USING \(used.text)\r\n", &turn)
        default: return false
        }
        return true
    }

    /// `use` and `watch`, by which tubes come to be.
    mutating func refer(
        _ command: ClientCommand, _ ledger: inout Ledger, _ turn: inout ConnectionTurn
    ) {
        switch command {
        case .use(let tube): use(tube, &ledger, &turn)
        case .watch(let tube): watch(tube, &ledger, &turn)
        default: preconditionFailure("It refers to no tube.")
        }
    }

    private mutating func use(
        _ tube: QueueName, _ ledger: inout Ledger, _ turn: inout ConnectionTurn
    ) {
        ledger.use(tube)
        ledger.leave(used)
        used = tube
        say("USING \(tube.text)\r\n", &turn)
    }

    private mutating func watch(
        _ tube: QueueName, _ ledger: inout Ledger, _ turn: inout ConnectionTurn
    ) {
        if !watched.contains(tube) {
            guard watched.count < ConnectionLimits.watched else {
                say("OUT_OF_MEMORY\r\n", &turn)
                return
            }
            watched.append(tube)
            ledger.watch(tube)
        }
        say("WATCHING \(watched.count)\r\n", &turn)
    }

    /// The last one takes the place of the one that leaves, as clients have seen it in lists.
    private mutating func ignore(
        _ tube: QueueName, _ ledger: inout Ledger, _ turn: inout ConnectionTurn
    ) {
        if let place = watched.firstIndex(of: tube) {
            if watched.count == 1 {
                say("NOT_IGNORED\r\n", &turn)
                return
            }
            watched.swapAt(place, watched.count - 1)
            watched.removeLast()
            ledger.ignore(tube)
        }
        say("WATCHING \(watched.count)\r\n", &turn)
    }

    /// Everything before it is answered.
    mutating func begin(
        _ command: ClientCommand, _ ledger: inout Ledger, _ turn: inout ConnectionTurn
    ) {
        switch command {
        case .put, .ignore, .listTubeUsed: preconditionFailure("It was run at once.")
        case .use(let tube), .watch(let tube): look(command, .queue(tube), &turn)
        case .quit: turn.isClosing = true
        case .listTubesWatched: turn.output.appendData(StatsText(watched).bytes)
        case .reserve(let timeout): reserve(timeout, &ledger, &turn)
        case .kick(let count): beginKick(count, command, &turn)
        case .reserveJob(let id):
            decide(command, .reserveJob(id, session, isAttached: true), &turn)
        case .delete(let id): decide(command, .delete(id, .session(session)), &turn)
        case .release(let id, let priority, let delay):
            let delay = UInt64(delay) * 1000
            decide(
                command, .release(id, .session(session), priority: priority, delay: delay), &turn)
        case .bury(let id, let priority):
            decide(command, .bury(id, .session(session), priority: priority), &turn)
        case .touch(let id): decide(command, .touch(id, .session(session)), &turn)
        case .kickJob(let id): decide(command, .kickJobs([id]), &turn)
        case .pauseTube(let tube, let seconds):
            if ledger.isReferred(tube) {
                pause(tube, seconds, command, &turn)
            } else {
                look(command, .queue(tube), &turn)
            }
        case .peek(let id), .statsJob(let id): look(command, .job(id), &turn)
        case .peekFirst(let state): look(command, .first(state, used), &turn)
        case .statsTube(let tube): look(command, .queue(tube), &turn)
        case .stats, .listTubes: look(command, .queues, &turn)
        }
    }

    mutating func pause(
        _ tube: QueueName, _ seconds: UInt32, _ command: ClientCommand,
        _ turn: inout ConnectionTurn
    ) {
        decide(command, .pause(tube, UInt64(seconds) * 1000), &turn)
    }
}
