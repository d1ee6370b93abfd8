package import Raft
import Replica

/// Who watches this node, and what it notes for them. While nobody does, it notes nothing.
/// Belongs to the loop.
package struct WatchDesk {
    private let board: ViewBoard
    private var sightings: Sightings?
    /// Peers at which somebody looks, and until when they want to be shown this node.
    private var leases: [NodeID: Instant] = [:]
    /// Peers that understand what they are asked: older programs would hang up.
    private var able: Set<NodeID> = []
    private var turn = 0

    /// Every program that knows this machine version shows itself to those who ask. What later
    /// versions brought has nothing to do with it, so old and new members see each other.
    private static let sinceVersion: UInt32 = 3
    private static let lease = Instant.Span.milliseconds(2_000)
    /// Turns, of which there are ten a second, between two requests to the peers.
    private static let askEvery = 5

    package init(_ board: ViewBoard) { self.board = board }

    /// Somebody watches.
    var isOpen: Bool { sightings != nil }

    package mutating func connected(_ peer: NodeID, machineVersion: UInt32) {
        let isAble = machineVersion >= Self.sinceVersion
        if isAble { able.insert(peer) } else { able.remove(peer) }
    }

    package func canAsk(_ peer: NodeID) -> Bool { able.contains(peer) }

    mutating func asked(by peer: NodeID, at now: Instant) { leases[peer] = now + Self.lease }

    func shown(_ view: NodeView, by peer: NodeID) {
        if board.isWatched { board.publish(peer.rawValue, view) }
    }

    mutating func noteReceived() { sightings?.noteReceived() }

    /// What one turn of the loop produced.
    mutating func note(
        _ effects: borrowing ReplicaEffects, of replica: borrowing Replica, at now: Instant,
        fate: (NodeID) -> NodeView.Fate
    ) {
        let silence = replica.silence(at: now)
        for trace in effects.traces {
            sightings?.note(trace, term: replica.term, silence: silence, at: now)
        }
        for (peer, message) in effects.sends {
            sightings?.note(message, to: peer, silence: silence, at: now) { fate(peer) }
        }
    }

    /// Ten times a second: shows this node to those who watch. Returns what is to be sent.
    mutating func show(
        _ replica: borrowing Replica, _ report: NodeReport, faults: () -> [LinkFault],
        at now: Instant
    ) -> [(to: NodeID, message: PeerMessage)] {
        let isWatchedHere = board.isWatched
        if !isWatchedHere, leases.isEmpty { return [] }
        leases = leases.filter { $0.value > now }
        guard isWatchedHere || !leases.isEmpty else {
            sightings = nil
            return []
        }
        var noted = sightings ?? Sightings()
        let view = replica.view(at: now, report: report, sightings: &noted, faults: faults())
        sightings = noted
        var messages = leases.keys.map { (to: $0, message: PeerMessage.view(view)) }
        if isWatchedHere {
            board.publish(replica.id.rawValue, view)
            if turn % Self.askEvery == 0 { messages += able.map { ($0, .watch) } }
            turn += 1
        } else {
            turn = 0
        }
        return messages
    }
}
