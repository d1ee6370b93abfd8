/// A rule that broke. The simulation ends with it.
package struct Violation: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
