import Raft
import Replica
import Work

/// Commands that only look.
extension ClientConnection {
    struct Looking: Sendable {
        let command: ClientCommand
        let query: JobQuery
        let tag: UInt64
        /// Until when it is tried.
        let end: Instant
        /// Nobody could be asked, so it is asked again.
        var retry: Instant?
    }

    mutating func look(
        _ command: ClientCommand, _ query: JobQuery, _ turn: inout ConnectionTurn
    ) {
        look(
            Looking(
                command: command, query: query, tag: takeTag(), end: turn.now + limits.patience),
            &turn)
    }

    private mutating func look(_ looking: Looking, _ turn: inout ConnectionTurn) {
        stage = .looking(looking)
        turn.requests.append(.look(tag: looking.tag, looking.query))
    }

    mutating func retry(_ looking: Looking, _ turn: inout ConnectionTurn) {
        guard let retry = looking.retry, retry <= turn.now else { return }
        var again = looking
        again.retry = nil
        look(again, &turn)
    }

    mutating func looked(
        _ tag: UInt64, _ answer: JobAnswer?, _ facts: ServerFacts, _ ledger: inout Ledger,
        _ turn: inout ConnectionTurn
    ) {
        if case .polling(let polling) = stage, polling.tag == tag {
            return polled(polling, answer, &turn)
        }
        guard case .looking(var looking) = stage, looking.tag == tag else { return }
        if let answer {
            stage = .idle
            show(answer, looking.command, facts, &ledger, &turn)
        } else if turn.now < looking.end {
            looking.retry = turn.now + limits.retryDelay
            stage = .looking(looking)
        } else {
            stage = .idle
            turn.output.append("INTERNAL_ERROR\r\n")
        }
    }

    private mutating func show(
        _ answer: JobAnswer, _ command: ClientCommand, _ facts: ServerFacts,
        _ ledger: inout Ledger, _ turn: inout ConnectionTurn
    ) {
        switch command {
        case .peek, .peekFirst: showJob(answer, &turn)
        case .statsJob: showStats(of: answer.jobs.first, answer, facts, &turn)
        case .statsTube(let tube): showStats(of: tube, answer, ledger, &turn)
        case .stats:
            let text = StatsText(answer, &ledger, facts, jobBytes: limits.jobBytes)
            turn.output.appendData(text.bytes)
        case .listTubes: turn.output.appendData(StatsText(ledger.list(answer.queues)).bytes)
        case .use(let tube), .watch(let tube):
            begin(tube, answer.queues.first, command, &ledger, &turn)
        case .pauseTube(let tube, let seconds):
            if answer.queues.contains(where: ledger.shows) {
                pause(tube, seconds, command, &turn)
            } else {
                turn.output.append("NOT_FOUND\r\n")
            }
        case .kick(let count):
            let queue = answer.queues.first
            let jobs = queue.map { $0.buried > 0 ? $0.buried : $0.delayed } ?? 0
            kick(min(UInt64(count), UInt64(jobs)), command, kicked: 0, &turn)
        default: preconditionFailure("It does not look.")
        }
    }

    /// An empty queue is a tube that was: the one that comes to be has nothing of it.
    private mutating func begin(
        _ tube: QueueName, _ queue: QueueView?, _ command: ClientCommand,
        _ ledger: inout Ledger, _ turn: inout ConnectionTurn
    ) {
        guard ledger.mayBeNew(tube), queue.map(ledger.shows) != true else {
            return refer(command, &ledger, &turn)
        }
        var counts = queue?.record.counts ?? QueueCounts()
        let isPaused = queue.map { $0.record.pausedUntil > 0 } ?? false
        if isPaused { counts.pauses += 1 }
        ledger.begin(tube, after: counts)
        if isPaused {
            pause(tube, 0, command, &turn)
        } else {
            refer(command, &ledger, &turn)
        }
    }

    private func showJob(_ answer: JobAnswer, _ turn: inout ConnectionTurn) {
        guard let job = answer.jobs.first else { return turn.output.append("NOT_FOUND\r\n") }
        turn.output.appendJob("FOUND ", job.id.rawValue, job.body)
    }

    private func showStats(
        of job: JobRecord?, _ answer: JobAnswer, _ facts: ServerFacts,
        _ turn: inout ConnectionTurn
    ) {
        guard let job else { return turn.output.append("NOT_FOUND\r\n") }
        let text = StatsText(job, clusterTime: answer.clusterTime, wallTime: facts.wallTime)
        turn.output.appendData(text.bytes)
    }

    private func showStats(
        of tube: QueueName, _ answer: JobAnswer, _ ledger: Ledger, _ turn: inout ConnectionTurn
    ) {
        let queue = answer.queues.first
        guard ledger.isReferred(tube) || queue.map(ledger.shows) == true else {
            return turn.output.append("NOT_FOUND\r\n")
        }
        let text = StatsText(
            tube, queue, ledger.tubes[tube], clusterTime: answer.clusterTime)
        turn.output.appendData(text.bytes)
    }
}
