import Replica
import Synchronization
import Work

/// What workers ask of the loop.
enum JobOrder: Sendable {
    case open(SessionID, isAttached: Bool, lost: @Sendable () -> Void)
    case close(SessionID)
    case wait(Reservation, @Sendable (WaitOutcome) -> Void)
    case endWait(SessionID, wait: UInt64)

    /// The loop has ended.
    func refuse() {
        if case .wait(_, let answer) = self { answer(.stopping) }
    }
}

/// Who waits for what the loop says of jobs and sessions. Belongs to the loop.
struct WorkerDesk {
    private struct Wait {
        let session: SessionID
        let name: UInt64
        let answer: @Sendable (WaitOutcome) -> Void
    }

    private var waits: [UInt64: Wait] = [:]
    private var tokens: [SessionID: UInt64] = [:]
    private var losses: [SessionID: @Sendable () -> Void] = [:]

    mutating func take(_ order: JobOrder, token: UInt64) -> ReplicaEvent {
        switch order {
        case .open(let id, let isAttached, let lost):
            losses[id] = lost
            return .openSession(id, isAttached: isAttached)
        case .close(let id):
            losses[id] = nil
            if let token = tokens.removeValue(forKey: id) { waits[token] = nil }
            return .closeSession(id)
        case .wait(let wish, let answer):
            if let earlier = tokens.removeValue(forKey: wish.session) { waits[earlier] = nil }
            tokens[wish.session] = token
            waits[token] = Wait(session: wish.session, name: wish.wait, answer: answer)
            return .wait(token: token, wish)
        case .endWait(let id, let wait):
            if let token = tokens[id], waits[token]?.name == wait {
                tokens[id] = nil
                waits[token] = nil
            }
            return .endWait(id, wait: wait)
        }
    }

    mutating func answer(_ token: UInt64, _ outcome: WaitOutcome) {
        guard let wait = waits.removeValue(forKey: token) else { return }
        if tokens[wait.session] == token { tokens[wait.session] = nil }
        wait.answer(outcome)
    }

    mutating func lost(_ session: SessionID) { losses.removeValue(forKey: session)?() }

    mutating func stop() {
        for wait in waits.values { wait.answer(.stopping) }
        self = WorkerDesk()
    }
}

/// Numbers for sessions that none ever had: those of one boot are above all of earlier ones.
final class SessionNumbers: Sendable {
    private let origin: Origin
    private let next: Mutex<UInt64>

    init(_ origin: Origin, bootCount: UInt64) {
        self.origin = origin
        next = Mutex(bootCount << 40)
    }

    func take() -> SessionID {
        next.withLock { number in
            number += 1
            return SessionID(origin: origin, number: number)
        }
    }
}
