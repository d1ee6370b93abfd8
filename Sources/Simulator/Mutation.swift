/// A bug, put in at the border between a production replica and its world: what a faulty core or a
/// faulty driver would do. The simulator proves itself by finding each.
package enum Mutation: String, CaseIterable, Sendable {
    /// Term and vote are kept in memory only.
    case voteInMemory
    /// A restart brings the term back, but not the vote.
    case voteForgotten
    /// A write is reported as durable when it begins.
    case acknowledgedEarly
    /// A crash takes the last transaction that was reported as durable.
    case lyingSync
    /// What recovery found missing is not told to the node.
    case lossIgnored
    /// Recovery looks at no witness.
    case witnessesIgnored
    /// The end of the log goes where no witness tells.
    case silentLoss
    /// The rows of request windows are not written to the base.
    case windowsForgotten
    /// Every candidate's log counts as complete.
    case anyLogElected
    /// A refused vote counts as granted.
    case refusalCounted
    /// A follower does not compare the entry before the new ones.
    case appendUnchecked
    /// A leader acknowledges a read without proof that it still leads.
    case readUnproven
    /// Every read is answered at once.
    case readStale
    /// A retry comes without its key.
    case keyDropped
    /// A forwarded request may come twice.
    case forwardDoubled
    /// A request that was sent again has another number.
    case renumbered
    /// A follower acknowledges more than it was sent.
    case acknowledgedMore
    /// A reply is lost although the node lives.
    case replyLost

    /// It must be found in so many seeds.
    package var seedsMax: Int {
        switch self {
        case .voteForgotten, .lossIgnored, .windowsForgotten, .appendUnchecked, .forwardDoubled:
            300
        case .voteInMemory, .acknowledgedEarly, .lyingSync, .witnessesIgnored, .silentLoss,
            .anyLogElected, .refusalCounted, .readUnproven, .readStale, .keyDropped, .renumbered,
            .acknowledgedMore, .replyLost:
            100
        }
    }
}
