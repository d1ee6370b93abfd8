import Wire

/// What is replicated: the tasks, the members, the identities of requests, and the two clocks.
/// Applying the same entries gives the same state, bit for bit, on every node.
package struct WorkState: Sendable {
    /// The newest machine version that this program can apply: 2 has the job queue, 3 boards and
    /// users, 4 traces of jobs and tasks whose number the client chose.
    package static let newestVersion: UInt32 = 4

    package internal(set) var scalars = StateScalars()
    package internal(set) var tasks: [TaskID: TaskRecord] = [:]
    package private(set) var nodes: [UInt64: NodeRecord] = [:]
    package internal(set) var jobs = JobTable()
    package internal(set) var items = ItemTable()
    /// The order of the tasks in their columns.
    var places = PlaceIndex()
    private var keys = KeyTable()
    private var origins: [Origin: OriginWindow] = [:]
    var rowsHash = StateHash()
    private var identitiesHash = StateHash()
    /// What tasks and keys take.
    var bytes = 0

    package init() {
        Limits.check()
    }

    /// Applies a command entry. The reply is for the request's origin; nil if the request had been
    /// applied before, and its origin has its answer.
    package mutating func apply(
        index: UInt64, term: UInt64, payload: [UInt8]
    ) -> (request: Request?, reply: Reply?, applied: AppliedEntry) {
        var context = open(index: index, term: term)
        var reader = ByteReader(payload)
        do {
            let stamp = try Stamp(from: &reader)
            let request = try Request(from: &reader)
            // A program that does not know the command skips it, so every program does.
            guard request.machineVersion <= scalars.machineVersion else {
                throw WireError.invalidValue
            }
            advance(to: stamp)
            context.time = scalars.wallTime
            context.node = request.origin.node
            context.actor = request.actor
            // A window, a task, its history and a key: records are large, and moving them costs.
            context.changes.reserveCapacity(4)
            let reply = admit(request, &context)
            return (request, reply, close(context))
        } catch {
            // No leader of ours appends such an entry; every node skips it alike.
            return (nil, nil, close(context))
        }
    }

    /// Applies an entry without a command: a no-op, or a configuration if there are bytes.
    package mutating func applyOther(
        index: UInt64, term: UInt64, configuration: [UInt8]?
    ) -> AppliedEntry {
        let context = open(index: index, term: term)
        if let configuration { scalars.configuration = configuration }
        return close(context)
    }

    private mutating func open(index: UInt64, term: UInt64) -> Context {
        precondition(index == scalars.index + 1, "Entries are applied in order, once.")
        scalars.index = index
        scalars.term = term
        return Context(index: index, term: term)
    }

    private mutating func close(_ context: Context) -> AppliedEntry {
        scalars.rowsHash = rowsHash.value
        scalars.jobs = jobs.scalars
        scalars.items = items.scalars
        scalars.items.rowsHash = items.rowsHash.value
        let hash = StateHash.of(seed: 7) {
            $0.writeFixed(rowsHash.value)
            $0.writeFixed(identitiesHash.value)
            $0.writeFixed(scalars.scalarsHash)
            if scalars.machineVersion < 2 { return }
            $0.writeFixed(jobs.rowsHash.value)
            $0.writeFixed(jobs.identitiesHash.value)
            if scalars.machineVersion < 3 { return }
            $0.writeFixed(items.rowsHash.value)
        }
        scalars.stateHash = hash
        return AppliedEntry(changes: context.changes, scalars: scalars, woken: context.woken)
    }

    /// Clocks never go back, and wall time never leaps: a wrong clock of a new leader may hurry
    /// the state by a day at most with each entry, and never by a year.
    private mutating func advance(to stamp: Stamp) {
        scalars.clusterTime = max(scalars.clusterTime, stamp.clusterTime)
        let last = scalars.wallTime.milliseconds
        let next = min(max(stamp.wallTime, .zero), .latest).milliseconds
        let limit = last == 0 ? next : last + Limits.wallTimeJump
        scalars.wallTime = min(Timestamp(milliseconds: min(max(last, next), limit)), .latest)
    }

    /// Where the entry at hand stands, and what it changed so far.
    struct Context {
        let index: UInt64
        let term: UInt64
        var time = Timestamp.zero
        var node: UInt64 = 0
        var actor: String?
        var credential: Credential?
        /// The next step of the history that this entry makes has this ordinal.
        var ordinal: UInt32 = 0
        var changes: [Change] = []
        var woken: [QueueName] = []

        init(index: UInt64, term: UInt64) {
            self.index = index
            self.term = term
        }
    }
}

// MARK: Identities

extension WorkState {
    private mutating func admit(_ request: Request, _ context: inout Context) -> Reply? {
        guard admitOrigin(request, &context) else { return nil }
        expireKeys(&context)
        if let refusal = authorize(request, &context) { return .refused(refusal) }
        guard let key = request.key else { return perform(request.command, &context) }
        let principal = context.credential?.principal ?? key.principal
        let name = KeyName(principal: principal, text: key.text)
        dropExpired(name, &context)
        if let known = keys[name] {
            guard known.fingerprint == key.fingerprint else { return .refused(.keyReused) }
            let outcome = known.outcome
            if let item = outcome.item { return .replayedItem(outcome, items.item(item)) }
            let task = outcome.kind.isTask ? tasks[outcome.task] : nil
            return .replayed(outcome, task, index: known.index)
        }
        if keys.isFull(for: principal) { return .refused(.keysFull) }
        let reply = perform(request.command, &context)
        if let outcome = Self.outcome(of: request.command, reply) {
            store(
                KeyRecord(
                    name: name, fingerprint: key.fingerprint, outcome: outcome,
                    expires: scalars.clusterTime + Limits.keyWindow, index: context.index),
                &context)
        }
        return reply
    }

    private mutating func admitOrigin(_ request: Request, _ context: inout Context) -> Bool {
        let origin = request.origin
        // Taken out, so that the window is changed in place and not copied.
        let known = origins.removeValue(forKey: origin)
        if let known { identitiesHash.remove(known.hash(of: origin)) }
        var window = known ?? OriginWindow()
        let admitted = window.admit(request.number, floor: request.floor)
        identitiesHash.add(window.hash(of: origin))
        context.changes.append(.origin(record(origin, window)))
        origins[origin] = window
        return admitted
    }

    private func record(_ origin: Origin, _ window: OriginWindow) -> OriginRecord {
        OriginRecord(origin: origin, floor: window.floor, seen: window.seen)
    }

    private mutating func store(_ record: KeyRecord, _ context: inout Context) {
        keys.insert(record)
        identitiesHash.add(record.hash)
        bytes += Self.size(of: record)
        context.changes.append(.key(record))
    }

    private mutating func expireKeys(_ context: inout Context) {
        for _ in 0..<Limits.expiriesPerCommand {
            guard let record = keys.removeExpired(at: scalars.clusterTime) else { return }
            forget(record, &context)
        }
    }

    /// A key that has expired but still waits its turn must not answer for a new request.
    private mutating func dropExpired(_ name: KeyName, _ context: inout Context) {
        guard let record = keys[name], record.expires <= scalars.clusterTime else { return }
        forget(keys.remove(record), &context)
    }

    private mutating func forget(_ record: KeyRecord, _ context: inout Context) {
        identitiesHash.remove(record.hash)
        bytes -= Self.size(of: record)
        context.changes.append(.keyExpired(record.name))
    }

    private static func size(of key: KeyRecord) -> Int {
        128 + key.name.principal.utf8.count + key.name.text.utf8.count
    }

    /// Only what took effect is remembered: a refused request may be tried again.
    private static func outcome(of command: Command, _ reply: Reply) -> KeyOutcome? {
        switch (command, reply) {
        case (.createTask, .task(let task)), (.createNumbered, .task(let task)):
            KeyOutcome(kind: .created, task: task.id, version: task.version)
        case (.updateTask, .task(let task)), (.moveTask, .task(let task)),
            (.restoreTask, .task(let task)):
            KeyOutcome(kind: .updated, task: task.id, version: task.version)
        case (.deleteTask, .deleted(let id, let version)):
            KeyOutcome(kind: .deleted, task: id, version: version)
        case (.jobs, .jobs(let reply)): outcome(of: reply)
        case (.importTasks, .imported(let first, let count)):
            KeyOutcome(kind: .imported, task: first, version: UInt64(count))
        case (_, .item(let item)): KeyOutcome(of: item.id, version: item.life.version)
        case (_, .itemDeleted(let id)): KeyOutcome(of: id, version: 0)
        default: nil
        }
    }
}

// MARK: Commands

extension WorkState {
    private mutating func perform(_ command: Command, _ context: inout Context) -> Reply {
        switch command {
        case .createTask, .createNumbered, .updateTask, .deleteTask, .moveTask, .restoreTask,
            .importTasks, .items:
            // Rows name the node that took the request, and that name must lead somewhere.
            if nodes[context.node] == nil { return .refused(.invalid("an unknown node")) }
        case .registerNode, .raiseMachineVersion, .jobs, .limitState, .people: break
        }
        return switch command {
        case .createTask(let fields): create(fields, &context)
        case .createNumbered(let id, let fields): create(fields, as: id, &context)
        case .updateTask(let id, let expected, let patch):
            update(id, expected: expected, patch, &context)
        case .deleteTask(let id, let expected): delete(id, expected: expected, &context)
        case .moveTask(let id, let expected, let move):
            self.move(id, expected: expected, move, &context)
        case .restoreTask(let task): restore(task, &context)
        case .importTasks(let tasks): importTasks(tasks, &context)
        case .registerNode(let registration): register(registration, &context)
        case .raiseMachineVersion(let version): raise(version, &context)
        case .jobs(let command): perform(command, &context)
        case .limitState(let bytes): limitState(bytes)
        case .items(let command): perform(command, &context)
        case .people(let command): perform(command, &context)
        }
    }

    private mutating func register(
        _ registration: NodeRegistration, _ context: inout Context
    ) -> Reply {
        let old = nodes[registration.id]
        let node = NodeRecord(
            id: registration.id, name: registration.name, address: registration.address,
            firstSeen: old?.firstSeen ?? context.time, incarnation: registration.incarnation,
            changedIndex: context.index)
        if let old { rowsHash.remove(old.hash) }
        rowsHash.add(node.hash)
        nodes[node.id] = node
        context.changes.append(.node(node))
        forgetOrigins(of: registration, &context)
        return .done
    }

    /// Requests of an earlier data directory of this node will never be sent again.
    private mutating func forgetOrigins(
        of registration: NodeRegistration, _ context: inout Context
    ) {
        let gone = origins.keys.filter {
            $0.node == registration.id && $0.incarnation != registration.incarnation
        }
        for origin in gone.sorted() {
            guard let window = origins.removeValue(forKey: origin) else { continue }
            identitiesHash.remove(window.hash(of: origin))
            context.changes.append(.originRemoved(origin))
        }
    }

    private mutating func raise(_ version: UInt32, _ context: inout Context) -> Reply {
        let old = scalars.machineVersion
        scalars.machineVersion = max(old, version)
        if old < 4, version >= 4 { storeFirstBoard(&context) }
        return .done
    }

    /// From here on whoever asks the database finds the board that most tasks are on, changed or
    /// not.
    private mutating func storeFirstBoard(_ context: inout Context) {
        guard var board = items.board(.first), board.life.changedIndex == 0 else { return }
        board.life = context.newLife
        // Its times are others than before.
        board.life.version += 1
        _ = put(.board(board), &context)
    }
}

// MARK: Loading

extension WorkState {
    /// Builds the state from a base: rows first, in any order but keys by index and jobs as said
    /// there, then the scalars.
    package struct Loader {
        private var state = WorkState()
        private var isComplete = true

        package init() {}

        /// With room for so many records.
        package init(tasks: Int, keys: Int) {
            state.tasks.reserveCapacity(tasks)
            state.keys.reserve(keys)
        }

        package mutating func add(_ task: TaskRecord) {
            precondition(task.deletedAt == nil, "Tombstones stay in the store.")
            state.replace(nil, with: task)
        }

        package mutating func add(_ node: NodeRecord) {
            state.nodes[node.id] = node
            state.rowsHash.add(node.hash)
        }

        package mutating func add(_ key: KeyRecord) {
            state.keys.insert(key)
            state.identitiesHash.add(key.hash)
            state.bytes += WorkState.size(of: key)
        }

        package mutating func add(_ origin: OriginRecord) {
            let window = OriginWindow(origin)
            state.origins[origin.origin] = window
            state.identitiesHash.add(window.hash(of: origin.origin))
        }

        package mutating func add(_ item: Item) { state.items.put(item) }

        package mutating func add(_ queue: QueueRecord) { state.jobs.load(queue) }
        package mutating func add(_ session: SessionRecord) { state.jobs.load(session) }
        package mutating func add(_ unique: UniqueRecord) { state.jobs.load(unique) }

        /// Queues and sessions come before jobs, and jobs in the order of their numbers.
        package mutating func add(_ job: JobRecord) {
            isComplete = state.jobs.load(job) && isComplete
        }

        /// The state, or nil if the rows do not have the hash that was stored with them.
        package consuming func finish(_ scalars: StateScalars) -> WorkState? {
            state.scalars = scalars
            state.jobs.finishLoading(scalars.jobs)
            state.items.scalars = scalars.items
            if scalars.index == 0 { return state }
            _ = state.close(Context(index: scalars.index, term: scalars.term))
            let isIntact = state.scalars.stateHash == scalars.stateHash
            return isComplete && isIntact ? state : nil
        }
    }
}
