import Foundation
package import Logging
import NIOCore
import NIOPosix
import Raft
import RaftLog
package import Replica
package import StateStore
import Synchronization
import Wire
package import Work

/// One node of a cluster: opens its data directory, talks to its peers, and offers the replicated
/// state to the fronts.
package final class RunningNode: Sendable {
    package let settings: NodeSettings
    package let events = EventFeed()
    package let views = ViewBoard()

    let cluster: UInt64
    private let group: MultiThreadedEventLoopGroup
    let nodeLoop: NodeLoop
    let sessionNumbers: SessionNumbers
    let parts: NodeParts
    private let base: Base?
    private let projection: ProjectionThread?
    private let desk: QueryDesk
    private let ending = Ending()
    private let snapshot: Mutex<ClusterStatus>
    private let upkeepTurns = Mutex(0)
    /// Turns of the upkeep, which comes ten times a second, between two writes of what peers have
    /// acknowledged.
    private static let rememberEvery = 50
    private let logger: Logger

    /// Opens everything on disk; nothing listens yet. Errors say what is wrong and what to do.
    package init(settings: NodeSettings, logger: Logger) throws {
        self.settings = settings
        self.logger = logger
        let members = try Self.endpoints(settings)
        let cluster = Self.clusterID(settings)
        self.cluster = cluster
        let opened = try DataDirectory.open(settings, cluster: cluster, logger: logger)
        let store = opened.store
        base = opened.base
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let ending = self.ending
        let fail: @Sendable (any Error) -> Void = { ending.fail($0) }

        // The threads speak to the loop, which is made after them.
        let door = LoopDoor()
        projection = base.flatMap {
            ProjectionThread(settings, cluster: cluster, base: $0, logger: logger)
        }
        let desk = QueryDesk(base: base, projection: projection, hurry: { door.hurryBase() })
        self.desk = desk
        let wakeProjection = projection
        let baseThread = BaseThread(
            base: base,
            written: { index in
                door.post(.event(.baseWritten(LogIndex(index))))
                desk.advance()
                wakeProjection?.wake()
            }, failed: fail)
        parts = NodeParts(
            log: LogThread(
                store: store, file: opened.logFile,
                persisted: { door.post(.event(.persisted($0))) }, failed: fail),
            logReads: LogReadThread(
                store: store, done: { door.post(.event(.logRead($0, $1))) }, failed: fail),
            base: baseThread,
            feed: events, position: PositionBoard(opened.state.items.peopleMark),
            contacts: ContactBoard(), views: views,
            rolesChanged: { door.refresh() }, failed: fail)
        events.begin(after: opened.state.scalars.index)
        let voters = members.keys.map { NodeID($0) }
        let identity = opened.identity
        sessionNumbers = SessionNumbers(
            Origin(node: settings.id, incarnation: identity.incarnation),
            bootCount: identity.bootCount)
        let replica = Replica(
            settings: ReplicaSettings(
                configuration: Configuration(voters: voters),
                registration: NodeRegistration(
                    id: settings.id, name: settings.name, address: settings.httpAdvertise,
                    incarnation: identity.incarnation),
                bootCount: identity.bootCount, seed: .random(in: .min ... .max),
                machineVersion: WorkState.newestVersion),
            recovered: opened.recovered, state: opened.state,
            at: Moment(monotonic: Clocks.monotonic(), wall: Clocks.wall()))
        let own = Hello(
            machineVersion: WorkState.newestVersion, cluster: cluster,
            node: NodeID(settings.id), target: NodeID(0), incarnation: identity.incarnation,
            bootCount: identity.bootCount, term: .zero, last: .zero)
        let listen = try settings.peerListen.map { try Self.endpoint($0, "the peer listener") }
        nodeLoop = NodeLoop(
            loop: loop, parts: parts, identity: identity,
            admission: Admission(own: own, memory: opened.peers), replica: replica,
            transport: PeerTransport(
                loop: loop, own: NodeID(settings.id),
                members: Dictionary(
                    uniqueKeysWithValues: members.map { (NodeID($0.key), $0.value) }),
                listen: listen, logger: logger),
            logger: logger)
        snapshot = Mutex(
            ClusterStatus(
                cluster: settings.cluster, clusterID: cluster, node: settings.id, leader: nil,
                term: 0, nodes: [], tolerates: -1))
        door.open(self, nodeLoop, baseThread)
        events.remember { [weak self] after, through, limit in
            await self?.pastEvents(after, through, limit)
        }
    }

    /// Events that the feed does not keep any more.
    private func pastEvents(
        _ after: EventPosition, _ through: EventPosition, _ limit: Int
    ) async -> [FeedEvent]? {
        let after = HistoryPlace(index: after.index, ordinal: after.ordinal)
        let end = HistoryPlace(index: through.index, ordinal: through.ordinal)
        do throws(ReadFailure) {
            let found = try await query(atLeast: through.index) { queries in
                try queries.read { try $0.events(after: after, through: end, limit: limit) }
            }
            return found.map { FeedEvent($0) }
        } catch {
            return nil
        }
    }

    /// Serves until `shutdown` is done. Throws if the node had to stop: a failed sync, a damaged
    /// disk, a peer address that cannot be had.
    package func run() async throws {
        let stopped = ending
        parts.log.start { stopped.finished(.log) }
        parts.logReads.start()
        parts.base.start { stopped.finished(.base) }
        desk.start()
        projection?.start()
        do {
            try await nodeLoop.loop.flatSubmit { self.nodeLoop.start() }.get()
        } catch {
            ending.fail(
                NodeError("cannot listen for peers on \(settings.peerListen ?? ""): \(error)"))
        }
        let upkeep = nodeLoop.loop.scheduleRepeatedTask(
            initialDelay: .milliseconds(20), delay: .milliseconds(100)
        ) { _ in self.upkeep() }
        let failure = await ending.wait()
        upkeep.cancel()
        try? await nodeLoop.loop.submit { self.nodeLoop.stop() }.get()
        desk.stop()
        projection?.stop()
        parts.logReads.stop()
        parts.log.stop()
        parts.base.stop()
        // After a failed sync nothing is known about the disk: do not wait for it.
        if failure == nil { await ending.waitForThreads() }
        try? await group.shutdownGracefully()
        if let failure { throw failure }
    }

    /// Hands leadership over, lets what is in flight finish, and ends `run`.
    package func shutdown() async {
        if ending.isOver { return }
        nodeLoop.post(.event(.handOver))
        let limit = ContinuousClock.now + .seconds(3)
        while ContinuousClock.now < limit, !Task.isCancelled {
            let isBusy = try? await nodeLoop.loop.submit {
                self.nodeLoop.inspect { replica in
                    replica.successor != nil || replica.pendingCount > 0
                } || self.nodeLoop.hasWaitingReads
            }.get()
            if isBusy != true { break }
            try? await Task.sleep(for: .milliseconds(10))
        }
        ending.end()
    }

    // MARK: What fronts ask

    package var id: UInt64 { settings.id }

    /// Where the state stands and who leads, as far as this node knows.
    package var position: ReadPoint { parts.position.current }

    package var people: PeopleMark { parts.position.people }

    package func propose(
        _ command: Command, actor: String?, credential: TokenID? = nil, key: String?
    ) async -> ProposalOutcome {
        let identity = key.map {
            IdempotencyKey(
                principal: "", text: $0, fingerprint: Request.fingerprint(of: command))
        }
        return await propose(
            command, actor: actor, credential: credential, identity: identity)
    }

    package func propose(
        _ command: Command, actor: String?, credential: TokenID?, identity: IdempotencyKey?
    ) async -> ProposalOutcome {
        await withCheckedContinuation { continuation in
            nodeLoop.post(
                .propose(command, actor: actor, credential: credential, key: identity) {
                    continuation.resume(returning: $0)
                })
        }
    }

    package func task(
        _ id: TaskID, _ consistency: Consistency
    ) async throws(ReadFailure) -> (TaskRecord?, ReadPoint) {
        let answer = try await read(.task(id), consistency)
        return (answer.task, answer.point)
    }

    package func readPoint(_ consistency: Consistency) async throws(ReadFailure) -> ReadPoint {
        try await read(.point, consistency).point
    }

    package func items(
        _ query: ItemQuery, _ consistency: Consistency
    ) async throws(ReadFailure) -> ([Item], ReadPoint) {
        let answer = try await read(.items(query), consistency)
        return (answer.items, answer.point)
    }

    /// Runs a query on MySQL or the base, at an index no older than `index`, on a thread that may
    /// block; on the base where only that has the answer.
    package func query<Result: Sendable>(
        atLeast index: UInt64, onBase: Bool = false,
        _ body: @escaping @Sendable (any TaskQueries) throws -> Result
    ) async throws(ReadFailure) -> Result {
        let result: Swift.Result<Result, ReadFailure> = await withCheckedContinuation { waiter in
            desk.submit(
                atLeast: index, onBase: onBase,
                run: { queries in waiter.resume(returning: .success(try body(queries))) },
                fail: { waiter.resume(returning: .failure(.store($0))) })
        }
        return try result.get()
    }

    /// What "today" and ages in queries count from.
    package static var wallTime: Timestamp { Clocks.wall() }

    package func status() -> ClusterStatus { snapshot.withLock { $0 } }

    private func read(
        _ query: Query, _ consistency: Consistency
    ) async throws(ReadFailure) -> ReadAnswer {
        let answer = await withCheckedContinuation { continuation in
            nodeLoop.post(.read(query, consistency) { continuation.resume(returning: $0) })
        }
        guard let answer else { throw ending.isOver ? .stopping : .noLeader }
        return answer
    }

    // MARK: Status

    private func upkeep() {
        refreshStatus()
        nodeLoop.askHowFresh()
        desk.advance()
        nodeLoop.broadcast(ownReport().report)
        if let base { nodeLoop.watchBase(base.file) }
        let turn = upkeepTurns.withLock { turns in
            turns += 1
            return turns
        }
        let isSeldom = turn % Self.rememberEvery == 0
        nodeLoop.noteAcknowledged(durably: isSeldom)
        if isSeldom { checkWallClock() }
    }

    /// Wall time never goes back: a leader whose clock was ahead has left its mark on the cluster.
    private func checkWallClock() {
        let replicated = nodeLoop.inspect { $0.state.scalars.wallTime }.milliseconds
        let ahead = (replicated - Clocks.wall().milliseconds) / 1000
        guard ahead > 60 else { return }
        logger.error(
            "the cluster's wall time is \(ahead) s ahead of this machine's clock: a leader's clock was wrong, or this one is; times stand still until the clocks have caught up. Check time synchronisation on every node"
        )
    }

    /// On the loop.
    func refreshStatus() {
        let (own, incarnations, leader) = ownReport()
        let contacts = parts.contacts
        let now = Clocks.monotonic()
        let nodes = settings.members.keys.sorted().map { id in
            let contact = contacts[id]
            return id == settings.id
                ? NodeStatus(id: id, report: own, incarnation: nodeLoop.identity.incarnation)
                : NodeStatus(
                    id: id, contact: contact, now: now, incarnation: incarnations[id] ?? 0)
        }.map { $0.agreeing(with: leader) }
        let quorum = nodes.count / 2 + 1
        // Who lacks a part of its log does not vote, and so makes no quorum.
        let alive = nodes.count { $0.role != .unreachable && $0.repairing == nil }
        let status = ClusterStatus(
            cluster: settings.cluster, clusterID: cluster, node: settings.id, leader: leader,
            term: own.term, nodes: nodes,
            tolerates: leader != nil && alive >= quorum ? alive - quorum : -1)
        snapshot.withLock { $0 = status }
    }

    private func ownReport() -> (
        report: NodeReport, incarnations: [UInt64: UInt64], leader: UInt64?
    ) {
        let baseIndex = base?.index ?? 0
        let store =
            projection?.status
            ?? StoreStatus(kind: .sqlite, state: .ok, index: baseIndex, error: nil)
        return nodeLoop.inspect { replica in
            let report = NodeReport(
                role: replica.role.code, term: replica.term.rawValue,
                commit: replica.commit.rawValue, applied: replica.applied.rawValue,
                lastIndex: replica.lastPosition.index.rawValue,
                stateHash: replica.state.scalars.stateHash, baseIndex: baseIndex,
                storeKind: store.kind.code, storeState: store.state.code,
                storeIndex: store.index, storeError: store.error,
                repairing: Self.impediment(replica),
                name: settings.name, http: settings.httpAdvertise)
            return (
                report, replica.state.nodes.mapValues(\.incarnation), replica.leader?.rawValue
            )
        }
    }

    /// Why a node is not fit to lead.
    private static func impediment(_ replica: borrowing Replica) -> String? {
        if replica.isDiskStalled { return "the disk hangs: writes wait, and none becomes durable" }
        if replica.isBaseBehind { return "the base is far behind: its disk hangs or is slow" }
        return replica.isRepairing
            ? "entries that this node had acknowledged are missing" : nil
    }

    // MARK: Settings

    private static func endpoints(_ settings: NodeSettings) throws -> [UInt64: Endpoint] {
        if let problem = Text.problem(settings.name, 1...Limits.nameCharacters) {
            throw NodeError("the node's name \(problem)")
        }
        guard settings.members[settings.id] != nil else {
            throw NodeError("node \(settings.id) is not among initial_members")
        }
        var endpoints: [UInt64: Endpoint] = [:]
        for (id, text) in settings.members {
            endpoints[id] = try endpoint(text, "member \(id)")
        }
        return endpoints
    }

    private static func endpoint(_ text: String, _ what: String) throws -> Endpoint {
        guard let endpoint = Endpoint(text) else {
            throw NodeError("\(what): \"\(text)\" is not of the form host:port")
        }
        return endpoint
    }

    /// The cluster's name and its founding members make its ID. Addresses may change.
    private static func clusterID(_ settings: NodeSettings) -> UInt64 {
        let members = settings.members.keys.sorted().map { String($0) }.joined(separator: ",")
        return Hash64.hash("\(settings.cluster)/\(members)")
    }
}

/// Lets parts speak to those that are made after them.
private final class LoopDoor: Sendable {
    private struct Inside {
        weak var node: RunningNode?
        var loop: NodeLoop?
        var base: BaseThread?
    }

    private let inside = Mutex(Inside())

    func open(_ node: RunningNode, _ loop: NodeLoop, _ base: BaseThread) {
        inside.withLock { $0 = Inside(node: node, loop: loop, base: base) }
    }

    func hurryBase() { inside.withLock { $0.base }?.hurry() }

    func post(_ order: NodeLoop.Order) { inside.withLock { $0.loop }?.post(order) }

    func refresh() { inside.withLock { $0.node }?.refreshStatus() }
}
