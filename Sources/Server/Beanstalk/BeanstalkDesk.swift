import NIOCore
import Node
import Replica
import Synchronization

/// Brings the node's answers to the connections of one event loop. The loop is woken once for all
/// that come before it looks, and each connection writes once for what came together.
final class BeanstalkDesk<Node: JobService>: Sendable {
    /// A connection, which belongs to the loop.
    typealias Guest = NIOLoopBound<BeanstalkHandler<Node>>

    enum Answer: Sendable {
        case decided(tag: UInt64, ProposalOutcome)
        case waited(wait: UInt64, WaitOutcome)
        case looked(tag: UInt64, JobAnswer?)
        /// The session is not the connection's any more.
        case lost
        /// The client takes what was written.
        case outputTaken
    }

    private let loop: any EventLoop
    private let inbox = Mutex<[(guest: Guest, answer: Answer)]>([])

    init(loop: any EventLoop) { self.loop = loop }

    func post(_ answer: Answer, to guest: Guest) {
        let isFirst = inbox.withLock { inbox in
            inbox.append((guest, answer))
            return inbox.count == 1
        }
        if isFirst { loop.execute { self.drain() } }
    }

    private func drain() {
        let answers = inbox.withLock { inbox in
            var answers: [(guest: Guest, answer: Answer)] = []
            swap(&answers, &inbox)
            return answers
        }
        for (guest, answer) in answers { guest.value.take(answer) }
        for (guest, _) in answers { guest.value.flush() }
    }
}
