package import Raft

/// What a node notes while somebody watches it: which messages it sends, and what happens. Bounded:
/// of routine messages one of a kind to a peer is kept each fifth of a second, with the number of
/// those it stands for; of the others all, up to a limit.
package struct Sightings: Sendable {
    private struct Line: Hashable {
        let to: NodeID
        let kind: NodeView.FlightKind
    }

    private struct Routine {
        var shown: Instant
        var count: UInt64 = 0
    }

    package private(set) var sent: UInt64 = 0
    package private(set) var received: UInt64 = 0
    private var flights: [(flight: NodeView.Flight, at: Instant)] = []
    private var happenings: [(happening: NodeView.Happening, at: Instant)] = []
    private var routine: [Line: Routine] = [:]
    private var soundedAt: Instant?

    private static let routineInterval = Instant.Span.milliseconds(200)
    private static let flightsMax = 48
    private static let happeningsMax = 32

    package init() {}

    package mutating func noteReceived() { received += 1 }

    /// `fate` is asked for only if the message is shown.
    package mutating func note(
        _ message: PeerMessage, to peer: NodeID, silence: UInt64?, at now: Instant,
        fate: () -> NodeView.Fate
    ) {
        sent += 1
        guard let kind = NodeView.FlightKind(message) else { return }
        if case .raft(let message) = message {
            noteStep(message, to: peer, silence, now)
        }
        var count: UInt64 = 1
        if kind.isRoutine {
            guard let due = takeTurn(Line(to: peer, kind: kind), now) else { return }
            count = due
        }
        guard flights.count < Self.flightsMax else { return }
        flights.append(
            (
                NodeView.Flight(
                    to: peer, kind: kind, fate: fate(), term: message.term,
                    entries: message.entries, count: count, age: 0), now
            ))
    }

    /// How many messages the next one stands for; nil if one was shown a moment ago.
    private mutating func takeTurn(_ line: Line, _ now: Instant) -> UInt64? {
        let earlier = routine[line]
        let count = (earlier?.count ?? 0) + 1
        if let earlier, now.since(earlier.shown) < Self.routineInterval {
            routine[line]?.count = count
            return nil
        }
        routine[line] = Routine(shown: now)
        return count
    }

    /// Steps of an election that leave no trace but their messages.
    private mutating func noteStep(
        _ message: Message, to peer: NodeID, _ silence: UInt64?, _ now: Instant
    ) {
        switch message.body {
        case .preVote where soundedAt != now:
            soundedAt = now
            happened(.sounded, message.term.rawValue, silence: silence, at: now)
        case .requestVoteResponse(granted: true):
            happened(.voted, message.term.rawValue, node: peer, at: now)
        case .timeoutNow: happened(.handedOver, message.term.rawValue, node: peer, at: now)
        default: break
        }
    }

    package mutating func note(
        _ trace: Trace, term: Term, silence: UInt64?, at now: Instant
    ) {
        switch trace {
        case .campaigned(let term): happened(.campaigned, term.rawValue, silence: silence, at: now)
        case .becameLeader(let term): happened(.led, term.rawValue, at: now)
        case .followed(let leader?, let term):
            happened(.followed, term.rawValue, node: leader, at: now)
        case .followed(nil, let term):
            happened(.lostLeader, term.rawValue, silence: silence, at: now)
        case .steppedDown(let term, let why):
            happened(.steppedDown, term.rawValue, text: why, at: now)
        case .transferAborted(let target):
            happened(.transferFailed, term.rawValue, node: target, at: now)
        case .diskStalled(let span, let successor):
            happened(
                .diskStalled, term.rawValue, node: successor, silence: span.milliseconds, at: now)
        case .diskRecovered(let span):
            happened(.diskRecovered, term.rawValue, silence: span.milliseconds, at: now)
        case .healed: happened(.healed, term.rawValue, at: now)
        // No process changes its members yet.
        case .reconfigured: break
        }
    }

    private mutating func happened(
        _ kind: NodeView.Happening.Kind, _ term: UInt64, node: NodeID? = nil,
        silence: UInt64? = nil, text: String? = nil, at now: Instant
    ) {
        guard happenings.count < Self.happeningsMax else { return }
        happenings.append(
            (
                NodeView.Happening(
                    kind: kind, term: term, node: node, silence: silence,
                    text: text.map { String($0.unicodeScalars.prefix(200)) }, age: 0), now
            ))
    }

    /// What was noted since the last time, oldest first.
    package mutating func take(
        at now: Instant
    ) -> (flights: [NodeView.Flight], happenings: [NodeView.Happening]) {
        defer {
            flights.removeAll(keepingCapacity: true)
            happenings.removeAll(keepingCapacity: true)
        }
        return (
            flights.map { flight, at in
                var flight = flight
                flight.age = now.since(at).milliseconds
                return flight
            },
            happenings.map { happening, at in
                var happening = happening
                happening.age = now.since(at).milliseconds
                return happening
            }
        )
    }
}

extension Instant.Span {
    package var milliseconds: UInt64 { nanoseconds / 1_000_000 }
}

extension NodeView.FlightKind {
    /// What goes on all the time.
    var isRoutine: Bool {
        switch self {
        case .heartbeat, .entries, .accepted, .readIndex, .readIndexAnswer, .forward,
            .forwardRejected:
            true
        case .rejected, .preVote, .preVoteGranted, .preVoteRefused, .requestVote, .voteGranted,
            .voteRefused, .timeoutNow:
            false
        }
    }

    /// nil for what is no part of consensus.
    init?(_ message: PeerMessage) {
        switch message {
        case .raft(let message): self.init(message.body)
        case .forward: self = .forward
        case .forwardRejected: self = .forwardRejected
        case .report, .workers, .workersHeard, .watch, .view, .transfer: return nil
        }
    }

    private init(_ body: Message.Body) {
        self =
            switch body {
            case .preVote: .preVote
            case .preVoteResponse(let granted): granted ? .preVoteGranted : .preVoteRefused
            case .requestVote: .requestVote
            case .requestVoteResponse(let granted): granted ? .voteGranted : .voteRefused
            case .appendEntries(let append): append.entries.isEmpty ? .heartbeat : .entries
            case .appendEntriesResponse(let response): response.isAccepted ? .accepted : .rejected
            case .timeoutNow: .timeoutNow
            case .readIndex: .readIndex
            case .readIndexResponse: .readIndexAnswer
            }
    }
}

extension AppendEntriesResponse {
    fileprivate var isAccepted: Bool {
        if case .accepted = outcome { true } else { false }
    }
}

extension PeerMessage {
    fileprivate var term: UInt64 {
        if case .raft(let message) = self { message.term.rawValue } else { 0 }
    }

    fileprivate var entries: UInt64 {
        switch self {
        case .raft(let message):
            guard case .appendEntries(let append) = message.body else { return 0 }
            return UInt64(append.entries.count)
        case .forward(let requests): return UInt64(requests.count)
        case .forwardRejected, .report, .workers, .workersHeard, .watch, .view, .transfer: return 0
        }
    }
}
