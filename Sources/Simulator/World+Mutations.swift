import Raft
import Replica
import Wire
import Work

/// Where bugs are put in. Without a mutation nothing here does anything.
extension World {
    /// A message as a faulty core would take it.
    func mutated(_ message: PeerMessage, for target: Machine) -> PeerMessage {
        guard let mutation, let process = target.process else { return message }
        switch message {
        case .raft(let message):
            return .raft(Self.mutated(message, mutation, process, &chance))
        case .forward(let requests) where mutation == .renumbered:
            return .forward(requests.map(renumbered))
        case .forward, .forwardRejected, .report, .workers, .workersHeard, .watch, .view, .transfer:
            return message
        }
    }

    private static func mutated(
        _ message: Message, _ mutation: Mutation, _ process: Process, _ chance: inout Chance
    ) -> Message {
        var message = message
        switch (mutation, message.body) {
        case (.anyLogElected, .preVote):
            message.body = .preVote(last: .best)
        case (.anyLogElected, .requestVote(_, let transfer)):
            message.body = .requestVote(last: .best, transfer: transfer)
        case (.refusalCounted, .requestVoteResponse):
            message.body = .requestVoteResponse(granted: true)
        case (.appendUnchecked, .appendEntries(var append)):
            let index = append.previous.index.rawValue
            if let term = process.log.term(at: index) { append.previous.term = term }
            message.body = .appendEntries(append)
        case (.acknowledgedMore, .appendEntriesResponse(var response)):
            if case .accepted(let match) = response.outcome, process.replica.role == .leader,
                match < process.replica.lastPosition.index
            {
                response.outcome = .accepted(match: match.next)
                message.body = .appendEntriesResponse(response)
            }
        default: break
        }
        return message
    }

    /// The same request as if it were another.
    private func renumbered(_ forwarded: Forwarded) -> Forwarded {
        var reader = ByteReader(forwarded.request)
        guard chance.happens(500), var request = try? Request(from: &reader) else {
            return forwarded
        }
        request.number += 1 << 20
        var result = forwarded
        result.request = request.encoded()
        return result
    }

    /// A leader that answers reads by what it believes.
    func answersUnproven(_ packet: Packet, _ target: Machine) -> Bool {
        guard mutation == .readUnproven, case .raft(let message) = packet.message,
            case .readIndex(let context) = message.body, let process = target.process,
            process.replica.role == .leader
        else { return false }
        let body = Message.Body.readIndexResponse(context: context, index: process.replica.commit)
        let answer = Message(term: message.term, body: body)
        let from = machines[packet.from]
        post(.received(.raft(answer), from: target.id), to: from)
        return true
    }
}

extension LogPosition {
    fileprivate static let best = LogPosition(
        term: Term(1 << 60), index: LogIndex(1 << 60))
}
