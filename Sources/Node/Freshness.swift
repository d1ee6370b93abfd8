package import Raft

/// As of when a node has everything that was committed, by moments of its own clock alone.
///
/// It asks the leader several times a second, and the answer names the moment of the question. What
/// the leader says afterwards of how far the log is committed is at least as new as that moment.
/// When the answer is read plays no part: it may have lain in a socket while this process was
/// frozen. Once this node has applied that far, it lacks nothing of that moment. It must also have
/// applied an entry of the leader's own term: before a leader has committed one, it does not know
/// what earlier leaders committed.
///
/// Left out of account is that a leader that was cut off goes on believing in itself for up to two
/// election timeouts. A node that leads asks a quorum, and nothing is left out.
package struct Freshness: Sendable {
    /// Further words are not kept: a node that is far behind takes itself for older than it is,
    /// and never for younger.
    private static let wordsMax = 64
    private static let questionsMax = 64

    /// Not answered yet, oldest first.
    private var questions: [Instant] = []
    /// The last answer: to which question, and by whom.
    private var answer: (moment: Instant, by: NodeID)?
    /// What was said, and is not applied yet.
    private var words: [(moment: Instant, committed: LogPosition)] = []
    /// All that was committed then is applied here; nil until that is known of some moment.
    package private(set) var moment: Instant?

    package init() {}

    /// At that moment the leader is asked.
    package mutating func asked(at moment: Instant) {
        if questions.count == Self.questionsMax { questions.removeFirst() }
        questions.append(moment)
    }

    /// Somebody has, as the leader, heard the question of that moment. False if it was none of
    /// these questions.
    package mutating func answered(_ moment: Instant, by peer: NodeID) -> Bool {
        guard let place = questions.firstIndex(of: moment) else { return false }
        // A connection keeps the order: what was asked before is not answered any more.
        questions.removeSubrange(...place)
        answer = (moment, peer)
        return true
    }

    /// That leader had, after its last answer, committed up to there.
    package mutating func heard(_ committed: LogPosition, from leader: NodeID) {
        guard let answer, answer.by == leader, words.count < Self.wordsMax else { return }
        if let last = words.last?.moment ?? moment, last >= answer.moment { return }
        words.append((answer.moment, committed))
    }

    /// This entry and all before it are applied.
    package mutating func applied(_ position: LogPosition) {
        while let word = words.first, word.committed.index <= position.index,
            word.committed.term <= position.term
        {
            confirmed(word.moment)
            words.removeFirst()
        }
    }

    /// All that was committed at that moment is applied.
    package mutating func confirmed(_ moment: Instant) {
        self.moment = max(self.moment ?? moment, moment)
    }
}
