import Foundation
import Raft

/// One member: the driver of a `Consensus`, with its journal and its copy of the register.
final class Node {
    let id: NodeID
    private(set) var value = ""
    private(set) var applied = LogPosition.zero
    /// Messages that may leave now.
    var outbox: [Outgoing] = []

    private var consensus: Consensus
    private var effects = Effects()
    private let journal: Journal
    /// Messages that wait for a write.
    private var held: [Outgoing] = []
    private var durable = Ticket.none
    /// The term of every entry that was applied.
    private var terms: [Term] = []
    private var reads: [UInt64: ReadReady] = [:]
    private var lastRead: UInt64 = 0

    init(_ id: NodeID, of members: [NodeID], in folder: URL, at now: Instant) throws {
        self.id = id
        journal = try Journal(folder.appending(path: "\(id).journal"))
        consensus = Consensus(
            id: id, configuration: Configuration(voters: members), recovered: try journal.recover(),
            applied: .zero, timing: .standard, seed: id.rawValue, now: now)
    }

    var isLeader: Bool { consensus.hasCommittedInTerm }
    var term: Term { consensus.term }
    var nextDeadline: Instant { consensus.nextDeadline }

    /// Where the value will be in the log, if it gets there; nil: not here, not now.
    func write(_ value: String, at now: Instant) throws -> LogPosition? {
        guard consensus.acceptsProposals else { return nil }
        // Nobody else appends in between, so the entry's place is known.
        let position = LogPosition(
            term: consensus.term, index: consensus.lastPosition.index.next)
        try step(.propose([Array(value.utf8)]), at: now)
        return position
    }

    /// True: it was applied. False: another entry has its place. nil: not known yet.
    func outcome(of write: LogPosition) -> Bool? {
        applied.index < write.index ? nil : terms[Int(write.index.rawValue) - 1] == write.term
    }

    func read(at now: Instant) throws -> UInt64 {
        lastRead += 1
        try step(.read(context: lastRead), at: now)
        return lastRead
    }

    /// The value at the moment of the read or later; nil: not yet. Throws if it has to ask again.
    func answer(to read: UInt64) throws -> String? {
        guard let ready = reads[read] else { return nil }
        guard let index = ready.index else { throw Failure("\(id) knows no leader") }
        return applied.index >= index ? value : nil
    }

    func step(_ input: Input, at now: Instant) throws {
        var inputs = [input]
        while !inputs.isEmpty {
            for input in inputs { consensus.step(input, at: now, into: &effects) }
            // One flush for all inputs that came together: here is where batches come from.
            consensus.step(.flush(), at: now, into: &effects)
            inputs = try perform()
            effects.removeAll()
        }
    }

    /// Does what was asked for; the inputs that follow from it.
    private func perform() throws -> [Input] {
        if let reason = effects.halt { throw Failure("\(id) has to stop: \(reason)") }
        var inputs: [Input] = []
        if !effects.persist.isEmpty {
            try journal.write(effects.persist)
            durable = effects.persist.ticket
            inputs.append(.persisted(durable))
        }
        held += effects.messages
        outbox += held.filter { $0.after <= durable }
        held.removeAll { $0.after <= durable }
        for entry in effects.committed { apply(entry) }
        for ready in effects.reads { reads[ready.context] = ready }
        for page in effects.logReads { inputs.append(.logRead(page.ticket, journal.read(page))) }
        return inputs
    }

    /// The same entries in the same order, on every member.
    private func apply(_ entry: Entry) {
        applied = entry.position
        terms.append(entry.term)
        if entry.kind == .command { value = String(decoding: entry.payload, as: UTF8.self) }
    }
}
