package import Raft

/// As of when a node has everything that was committed.
///
/// A leader says several times a second how far the log is committed. Once this node has applied
/// that far, it lacks nothing of that moment. It must also have applied an entry of the leader's
/// own term: before a leader has committed one, it does not know what earlier leaders committed.
///
/// Left out of account are how long the word travelled, and that a leader that was cut off goes on
/// believing in itself for up to two election timeouts.
package struct Freshness: Sendable {
    /// Further words are not kept: a node that is far behind takes itself for older than it is,
    /// and never for younger.
    private static let wordsMax = 64

    /// What was said, and is not applied yet.
    private var words: [(moment: Instant, committed: LogPosition)] = []
    /// All that was committed then is applied here; nil until that is known of some moment.
    package private(set) var moment: Instant?

    package init() {}

    /// At that moment the leader of the term had committed up to the index. Moments rise; what was
    /// heard before is not news.
    package mutating func heard(_ committed: LogPosition, at moment: Instant) {
        guard words.count < Self.wordsMax else { return }
        if let last = words.last?.moment ?? self.moment, last >= moment { return }
        words.append((moment, committed))
    }

    /// This entry and all before it are applied.
    package mutating func applied(_ position: LogPosition) {
        while let word = words.first, word.committed.index <= position.index,
            word.committed.term <= position.term
        {
            moment = word.moment
            words.removeFirst()
        }
    }
}
