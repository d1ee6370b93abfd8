/// A rule that broke. The simulation ends with it.
package struct Violation: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    /// The rule without the nodes, entries and terms that it broke for.
    package var rule: String { description.filter { !$0.isNumber } }

    init(_ description: String) { self.description = description }
}
