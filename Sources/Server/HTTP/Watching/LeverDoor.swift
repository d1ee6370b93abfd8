/// The levers of a cluster that is there to be broken: kill, pause, cut, slow. Only the command
/// that runs such a cluster on one machine has them; a node asks it through this door.
package protocol LeverDoor: Sendable {
    /// What can be pulled, and what has been: JSON.
    func levers() async -> LeverAnswer
    /// Pulls one. The order is JSON, and understood by whoever has the levers.
    func pull(_ order: [UInt8]) async -> LeverAnswer
}

package enum LeverAnswer: Sendable, Hashable {
    /// How all levers stand now: JSON.
    case done([UInt8])
    /// It cannot be done, or makes no sense; the text says why.
    case refused(String)
    /// Whoever has the levers does not answer.
    case gone
}
