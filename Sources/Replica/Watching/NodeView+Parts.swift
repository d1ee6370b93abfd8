package import Raft

extension NodeView {
    /// In milliseconds.
    package struct Timer: Hashable, Sendable {
        package var elapsed: UInt64
        package var timeout: UInt64

        package init(elapsed: UInt64, timeout: UInt64) {
            self.elapsed = elapsed
            self.timeout = timeout
        }
    }

    /// How far the base and the database that answers queries are; kinds and states as reports
    /// have them.
    package struct Stores: Hashable, Sendable {
        package var base: UInt64
        package var kind: UInt8
        package var state: UInt8
        package var index: UInt64

        package init(base: UInt64, kind: UInt8, state: UInt8, index: UInt64) {
            self.base = base
            self.kind = kind
            self.state = state
            self.index = index
        }
    }

    package struct Follower: Hashable, Sendable {
        package var node: NodeID
        package var match: UInt64
        package var next: UInt64
        package var isProbed: Bool
        package var inflight: UInt64

        package init(node: NodeID, match: UInt64, next: UInt64, isProbed: Bool, inflight: UInt64) {
            self.node = node
            self.match = match
            self.next = next
            self.isProbed = isProbed
            self.inflight = inflight
        }
    }

    package struct Ballot: Hashable, Sendable {
        package var node: NodeID
        package var isGranted: Bool

        package init(node: NodeID, isGranted: Bool) {
            self.node = node
            self.isGranted = isGranted
        }
    }

    package struct Slot: Hashable, Sendable {
        package var index: UInt64
        package var term: UInt64
        /// nil if memory no longer holds the entry.
        package var kind: EntryKind?
        package var size: UInt64

        package init(index: UInt64, term: UInt64, kind: EntryKind? = nil, size: UInt64) {
            self.index = index
            self.term = term
            self.kind = kind
            self.size = size
        }
    }

    /// A message on its way.
    package struct Flight: Hashable, Sendable {
        package var to: NodeID
        package var kind: FlightKind
        package var fate: Fate
        package var term: UInt64
        /// Entries that it carries.
        package var entries: UInt64
        /// How many of its kind went there since one was last shown.
        package var count: UInt64
        /// Milliseconds between its start and the view.
        package var age: UInt64

        package init(
            to: NodeID, kind: FlightKind, fate: Fate, term: UInt64, entries: UInt64, count: UInt64,
            age: UInt64
        ) {
            self.to = to
            self.kind = kind
            self.fate = fate
            self.term = term
            self.entries = entries
            self.count = count
            self.age = age
        }
    }

    package enum Fate: Hashable, Sendable {
        case sent
        /// There is no connection, or the link is cut.
        case lost
        /// It waits so many milliseconds, because the link was made slow.
        case delayed(UInt64)
    }

    package enum FlightKind: UInt8, Sendable, CaseIterable {
        case heartbeat, entries, accepted, rejected
        case preVote, preVoteGranted, preVoteRefused
        case requestVote, voteGranted, voteRefused
        case timeoutNow, readIndex, readIndexAnswer, forward, forwardRejected
    }

    /// Something worth a sentence.
    package struct Happening: Hashable, Sendable {
        package enum Kind: UInt8, Sendable, CaseIterable {
            case sounded, campaigned, voted, led, followed, lostLeader, steppedDown
            case handedOver, transferFailed, diskStalled, diskRecovered, healed
        }

        package var kind: Kind
        package var term: UInt64
        /// Whom it is about, if not the node alone.
        package var node: NodeID?
        /// Milliseconds without a leader, or of a disk that hung.
        package var silence: UInt64?
        package var text: String?
        /// Milliseconds between it and the view.
        package var age: UInt64

        package init(
            kind: Kind, term: UInt64, node: NodeID? = nil, silence: UInt64? = nil,
            text: String? = nil, age: UInt64
        ) {
            self.kind = kind
            self.term = term
            self.node = node
            self.silence = silence
            self.text = text
            self.age = age
        }
    }
}

/// What a person does to one direction of a link, in a cluster that is there to be broken.
package struct LinkFault: Hashable, Sendable {
    package var to: NodeID
    /// Nothing arrives.
    package var isCut: Bool
    /// Everything arrives so many milliseconds later.
    package var delay: UInt64

    package init(to: NodeID, isCut: Bool, delay: UInt64) {
        self.to = to
        self.isCut = isCut
        self.delay = delay
    }
}
