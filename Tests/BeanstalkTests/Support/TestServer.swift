import Beanstalk
import DequeModule
import Raft
import Replica
import Testing
import Work

/// Connections over the real engine, on a node that decides at once unless it is told otherwise.
struct TestServer {
    enum Mode {
        case deciding
        /// No leader: changes are refused, and nobody can be asked.
        case alone
        /// Nobody hears how it ended.
        case silent
        /// Requests are kept until the test decides them.
        case held
    }

    struct Client {
        var machine: ClientConnection
        let session: SessionID
        var output: [UInt8] = []
        var isClosed = false
    }

    var mode = Mode.deciding
    var ledger = Ledger()
    var now = Instant(nanoseconds: 5_000_000_000)
    var limits: ConnectionLimits
    private(set) var state = WorkState()
    private(set) var clients: [Client] = []
    private(set) var held: [(client: Int, tag: UInt64, command: JobCommand)] = []
    /// Commands that were proposed, undos and closed sessions included.
    private(set) var proposed: [JobCommand] = []
    private var requests: Deque<(client: Int, request: ConnectionRequest)> = []
    private var waits: [(client: Int, wish: Reservation)] = []
    private var numbers: UInt64 = 0
    private let origin = Origin(node: 1, incarnation: 100)
    private let start = Instant(nanoseconds: 0)

    init(limits: ConnectionLimits = ConnectionLimits()) {
        self.limits = limits
        _ = apply(
            .registerNode(NodeRegistration(id: 1, name: "n", address: "", incarnation: 100)))
        _ = apply(.raiseMachineVersion(2))
    }

    var jobs: JobTable { state.jobs }
    var clusterTime: UInt64 { now.nanoseconds / 1_000_000 }
    private var wallTime: Timestamp {
        Timestamp(milliseconds: 1_790_000_000_000 + Int64(clusterTime))
    }

    // MARK: Clients

    mutating func connect() -> Int {
        let session = SessionID(origin: origin, number: UInt64(clients.count + 1))
        let machine = ClientConnection(session: session, limits: limits, &ledger)
        clients.append(Client(machine: machine, session: session))
        return clients.count - 1
    }

    /// What the client is told in answer to this, as far as it is known now.
    mutating func ask(_ client: Int, _ text: String) -> String {
        send(client, Array(text.utf8))
        return heard(client)
    }

    mutating func send(_ client: Int, _ bytes: [UInt8]) { happen(client, .received(bytes)) }

    /// What the client heard since it was last asked.
    mutating func heard(_ client: Int) -> String {
        defer { clients[client].output = [] }
        return String(decoding: clients[client].output, as: UTF8.self)
    }

    mutating func halfClose(_ client: Int) { happen(client, .inputClosed) }

    mutating func close(_ client: Int) {
        clients[client].isClosed = true
        clients[client].machine.closed(&ledger)
        waits.removeAll { $0.client == client }
        propose(.closeSession(clients[client].session, keepsLeases: false))
        run()
    }

    // MARK: The node

    /// Lets time pass, and whatever comes with it, moment by moment.
    mutating func pass(milliseconds: UInt64) {
        let end = now + .milliseconds(milliseconds)
        while let next = nextDeadline(), next <= end {
            now = max(now, next)
            while let due = jobs.due(at: clusterTime) { propose(due) }
            for client in clients.indices
            where clients[client].machine.deadline(at: now).map({ $0 <= now }) ?? false {
                happen(client, .timePassed)
            }
            run()
        }
        now = end
    }

    /// Decides a request that was held; an earlier one by default.
    mutating func decide(_ place: Int = 0, _ outcome: ProposalOutcome? = nil) {
        let (client, tag, command) = held.remove(at: place)
        let outcome = outcome ?? .applied(propose(command), index: state.scalars.index, term: 1)
        happen(client, .decided(tag: tag, outcome))
    }

    mutating func happen(_ client: Int, _ event: ConnectionEvent) {
        deliver(client, event)
        run()
    }

    @discardableResult
    mutating func propose(_ command: JobCommand) -> Reply {
        proposed.append(command)
        guard let reply = apply(.jobs(command)) else {
            preconditionFailure("Every request is new.")
        }
        return reply
    }

    private mutating func apply(_ command: Command) -> Reply? {
        numbers += 1
        let request = Request(
            origin: origin, number: numbers, floor: numbers, actor: nil, key: nil,
            command: command)
        let stamp = Stamp(clusterTime: clusterTime, wallTime: wallTime)
        return state.apply(
            index: state.scalars.index + 1, term: 1, payload: stamp.payload(request.encoded())
        ).reply
    }

    private func nextDeadline() -> Instant? {
        var machines = clients.map(\.machine)
        var deadlines = machines.indices.compactMap { machines[$0].deadline(at: now) }
        if let due = jobs.nextDeadline { deadlines.append(start + .milliseconds(due)) }
        return deadlines.min()
    }

    private mutating func deliver(_ client: Int, _ event: ConnectionEvent) {
        if clients[client].isClosed { return }
        var turn = ConnectionTurn(now: now)
        clients[client].machine.handle(event, &ledger, &turn)
        clients[client].output += turn.output
        for request in turn.requests { requests.append((client, request)) }
        if turn.isClosing { close(client) }
        if clients[client].machine.isBlocked { deliver(client, .outputTaken) }
    }

    private mutating func run() {
        repeat {
            while let (client, request) = requests.popFirst() { perform(client, request) }
            if mode == .deciding { grant() }
        } while !requests.isEmpty
    }

    private mutating func perform(_ client: Int, _ request: ConnectionRequest) {
        switch request {
        case .perform(let tag, let command):
            switch mode {
            case .deciding:
                let reply = propose(command)
                deliver(client, .decided(tag: tag, .applied(reply, index: 1, term: 1)))
            case .alone: deliver(client, .decided(tag: tag, .rejected(.noLeader)))
            case .silent: deliver(client, .decided(tag: tag, .unknown))
            case .held: held.append((client, tag, command))
            }
        case .wait(let wish): waits.append((client, wish))
        case .endWait(let wait):
            waits.removeAll { $0.client == client && $0.wish.wait == wait }
        case .look(let tag, let query):
            deliver(client, .looked(tag: tag, answer(query), Self.facts(wallTime)))
        }
    }

    private func answer(_ query: JobQuery) -> JobAnswer? {
        if mode == .alone { return nil }
        let point = ReadPoint(index: state.scalars.index, term: 1, leader: 1)
        var answer = JobAnswer(
            point: point, clusterTime: clusterTime, timeouts: state.scalars.jobs.timeouts)
        answer.fill(query, from: jobs)
        return answer
    }

    /// The oldest waiter first.
    private mutating func grant() {
        while let place = waits.firstIndex(where: { wait in
            wait.wish.queues.contains { jobs.isReservable($0) }
        }) {
            let (client, wish) = waits.remove(at: place)
            guard case .jobs(.reserved(let jobs)) = propose(.reserve(wish)) else { continue }
            deliver(client, .waited(wait: wish.wait, .granted(jobs)))
        }
    }

    static func facts(_ wallTime: Timestamp) -> ServerFacts {
        ServerFacts(
            version: "1.13", id: ServerFacts.id(from: 77), hostname: "host", system: "#1 SMP",
            platform: "x86_64", process: 4711, uptime: 12, userTime: 1_000_002,
            systemTime: 340_000, wallTime: wallTime)
    }
}

extension String {
    /// The value of a key in a text of statistics.
    func value(_ key: String) -> String? {
        for line in split(separator: "\n") where line.hasPrefix("\(key): ") {
            return String(line.dropFirst(key.utf8.count + 2))
        }
        return nil
    }
}
