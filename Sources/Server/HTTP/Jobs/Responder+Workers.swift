import HTTPTypes
import Hummingbird
import Node
import Replica
import Work

extension Responder {
    /// `POST /v1/queues/{q}/reserve`, `POST /v1/reserve`
    func reserve(
        _ input: ReserveInput, _ key: String?, _ pass: StreamPass<Node>, _ context: FrontContext
    ) async throws(Problem) -> Response {
        guard let key else { return granted(try await take(input, pass, context)) }
        let name = GivenJobs.Name(principal: caller.credential?.principal ?? "", key: key)
        let end = ContinuousClock.now + patience(of: input)
        let start = try await given.begin(
            name, input.fingerprint, until: end, await context.hangup())
        // Whoever had to wait may be shut out by now; a first request looks when it is granted.
        var pass = pass
        switch start {
        case .first:
            return granted(try await take(input.left(until: end), for: name, pass, context))
        case .again(let leases):
            guard await pass.holds() else { throw .unauthorized }
            return try await giveAgain(leases)
        case .notYet:
            guard await pass.holds() else { throw .unauthorized }
            try checkLeader()
            return granted([])
        }
    }

    private func take(
        _ input: ReserveInput, for name: GivenJobs.Name, _ pass: StreamPass<Node>,
        _ context: FrontContext
    ) async throws(Problem) -> [JobRecord] {
        do throws(Problem) {
            let jobs = try await take(input, pass, context)
            given.finish(name, jobs.map(\.lease))
            return jobs
        } catch {
            given.finish(name, [])
            throw error
        }
    }

    /// Those of the jobs that are still held under these leases.
    private func giveAgain(_ leases: [Lease]) async throws(Problem) -> Response {
        var views: [JobView] = []
        var consistency = Consistency.linearizable
        for lease in leases {
            let found = try await node.look(.job(lease.job), consistency)
            // From now on this node is as new as it has to be.
            consistency = .stale
            guard let job = found.jobs.first, job.state == .reserved, job.lease == lease else {
                continue
            }
            var view = JobView(job, at: found.clusterTime, body: .whole)
            view.hasLease = true
            views.append(view)
        }
        var response = answer(views)
        response.headers[.idempotencyReplayed] = "true"
        return response
    }

    private func take(
        _ input: ReserveInput, _ pass: StreamPass<Node>, _ context: FrontContext
    ) async throws(Problem) -> [JobRecord] {
        if input.wait == 0 {
            // Who does not wait costs no entry while there is nothing.
            let answer = try await node.look(.isReservable(input.queues), .linearizable)
            guard answer.isReservable else { return [] }
        }
        let end = await node.wait(
            for: input, as: workers, patience: patience(of: input),
            hangup: await context.hangup())
        switch end {
        case .answered(.granted(let jobs)):
            var pass = pass
            if await pass.holds() { return jobs }
            node.giveBack(jobs)
            throw .unauthorized
        case .answered(.refused(let refusal)): throw Problem(refusal)
        case .answered(.stopping), .stopping: throw .stopping
        case .timeIsUp:
            try checkLeader()
            return []
        case .hungUp: return []
        }
    }

    /// How long a request may take. A job that is there is granted as fast as a command is decided,
    /// and who does not wait for jobs waits for that.
    private func patience(of input: ReserveInput) -> Duration {
        input.wait == 0 ? .seconds(2) : .milliseconds(input.wait)
    }

    /// Before a request whose time is up is told that it got nothing.
    private func checkLeader() throws(Problem) {
        guard node.position.leader == nil else { return }
        throw .noQuorum("no leader could be reached, so it is not known whether there are jobs")
    }

    private func granted(_ jobs: [JobRecord]) -> Response {
        answer(jobs.map { JobView(held: $0, body: .whole, hasLease: true) })
    }

    private func answer(_ views: [JobView]) -> Response {
        var writer = JSONWriter(capacity: views.reduce(64) { $0 + JSONWriter.size(of: $1) })
        writer.object { writer in
            writer.name("items")
            writer.array(views) { $0.job($1) }
        }
        var response = Answer.json(.ok, writer)
        response.headers[.cacheControl] = "no-store"
        response.stamp(node.position, servedBy: node.id)
        return response
    }

    /// `POST /v1/jobs/{id}/{touch|complete|fail|release|bury}`
    func settle(
        _ id: JobID, _ part: JobRoute.JobPart, _ call: FieldCall
    ) async throws(Problem) -> Response {
        let input = try LeaseInput(call.value, for: part)
        guard input.lease.job == id else { throw .leaseOver(id) }
        let (command, identity) = Self.command(id, part, input)
        let decided = try await decide(jobs: command, key: call.key, identity: identity)
        switch decided.reply {
        case .jobs(.removed): return finish(Answer.empty(.noContent), decided)
        case .jobs(.job(let job)):
            return finish(Self.answer(try await view(job, after: part)), decided)
        case .replayed:
            guard part != .complete,
                let job = try await node.look(.job(id), .linearizable).view(.none)
            else { return finish(Answer.empty(.noContent), decided) }
            return finish(Self.answer(job), decided)
        case .task, .deleted, .refused, .jobs, .imported, .item, .itemDeleted, .replayedItem, .done:
            throw .unexpected
        }
    }

    /// The command, and what stays the same of it when it is sent again: chance does not.
    private static func command(
        _ id: JobID, _ part: JobRoute.JobPart, _ input: LeaseInput
    ) -> (JobCommand, identity: JobCommand) {
        let holder = Holder.lease(input.lease.generation)
        let command: JobCommand
        switch part {
        case .touch: command = .touch(id, holder)
        case .complete: command = .complete(id, holder)
        case .release:
            command = .release(id, holder, priority: input.priority, delay: input.delay)
        case .bury: command = .bury(id, holder, priority: input.priority)
        case .fail:
            let chance = UInt16.random(in: .min ... .max)
            return (
                .fail(id, holder, error: input.error, chance: chance),
                .fail(id, holder, error: input.error, chance: 0)
            )
        case .itself, .kick: preconditionFailure("Another function does it.")
        }
        return (command, command)
    }

    /// How long a failed job is delayed follows from its policy and from chance: only the
    /// cluster's clock tells.
    private func view(
        _ job: JobRecord, after part: JobRoute.JobPart
    ) async throws(Problem) -> JobView {
        if part == .touch { return JobView(held: job, body: .none) }
        if job.state != .delayed { return JobView(job, at: 0, body: .none) }
        if part == .release { return JobView(job, at: job.due - job.delay, body: .none) }
        let now = try await node.look(.isReservable([]), .stale).clusterTime
        return JobView(job, at: now, body: .none)
    }

    static func answer(_ view: JobView) -> Response {
        var writer = JSONWriter(capacity: JSONWriter.size(of: view))
        writer.job(view)
        return Answer.json(.ok, writer)
    }
}

extension JobAnswer {
    /// The job that was asked for.
    func view(_ body: JobView.Body) -> JobView? {
        jobs.first.map { JobView($0, at: clusterTime, body: body) }
    }
}
