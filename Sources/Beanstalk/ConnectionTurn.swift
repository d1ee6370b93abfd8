package import Raft
package import Replica
import Wire
package import Work

/// What happens to a connection.
package enum ConnectionEvent: Sendable {
    case received([UInt8])
    /// The client sends no more, and may still listen.
    case inputClosed
    /// The client takes what was written.
    case outputTaken
    /// The server is about to stop: what is under way is finished, and nothing is begun.
    case stopping
    case decided(tag: UInt64, ProposalOutcome)
    case waited(wait: UInt64, WaitOutcome)
    /// nil: nobody could be asked.
    case looked(tag: UInt64, JobAnswer?, ServerFacts)
    /// The deadline has come, or another time.
    case timePassed
}

/// What a connection asks of its node. The answer comes as an event with the same tag.
package enum ConnectionRequest: Hashable, Sendable {
    case perform(tag: UInt64, JobCommand)
    case wait(Reservation)
    /// No answer to this wait is of use any more.
    case endWait(UInt64)
    case look(tag: UInt64, JobQuery)
}

/// One event's time, and what follows from it. Requests first, then output, then the end.
package struct ConnectionTurn: Sendable {
    package var now: Instant
    package var requests: [ConnectionRequest] = []
    package var output: [UInt8] = []
    /// The connection ends when the output is written.
    package var isClosing = false

    package init(now: Instant) { self.now = now }

    /// The next event's turn, in the same memory if that is little: most connections are idle.
    package mutating func begin(at now: Instant) {
        self.now = now
        requests.clear()
        if output.capacity > 4096 { output = [] } else { output.clear() }
        isClosing = false
    }
}

/// The bounds of a connection.
package struct ConnectionLimits: Sendable {
    /// The longest body.
    package var jobBytes: UInt32
    /// How long a command that is in no log for certain is tried again.
    package var patience = Instant.Span.milliseconds(4_000)
    package var retryDelay = Instant.Span.milliseconds(100)
    /// How long a worker that does not want to wait may be kept waiting while there are jobs,
    /// but others were faster.
    package var pollPatience = Instant.Span.milliseconds(2_000)
    /// How long it may take until such a worker is told that there is nothing left.
    package var pollDelay = Instant.Span.milliseconds(250)
    /// A worker whose lease ends within this time is told so instead of being kept waiting.
    package var deadlineMargin = Instant.Span.milliseconds(1_000)
    /// Puts that are undecided at once.
    package var putsInFlight = 64
    package var putBytesInFlight = 1 << 20
    /// Output that nobody took yet, at which no further command is begun.
    package var outputBytes = 1 << 18

    package init(jobBytes: UInt32 = 65_535) {
        precondition(jobBytes <= Limits.jobBytes, "The cluster takes no longer jobs.")
        self.jobBytes = jobBytes
    }

    /// Tubes that one connection may watch: as many as fit into one reservation.
    static let watched = Limits.jobsPerCommand
}
