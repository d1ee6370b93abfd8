import Foundation

/// What nodes and commands say to the supervisor of a cluster on this machine: a line each.
package struct ControlWord: Codable, Hashable, Sendable {
    /// A node says who it is, and from then on is told what to do to what it sends.
    package var node: Int?
    /// An order, or without one the wish to know how the levers stand; answered by this number.
    package var id: Int?
    package var order: LeverOrder?

    package init(node: Int) { self.node = node }

    package init(id: Int, order: LeverOrder?) {
        self.id = id
        self.order = order
    }
}

/// What the supervisor says: to a node what is to be done to what it sends, all of it each time;
/// and answers.
package struct ControlReply: Codable, Hashable, Sendable {
    package var faults: [FaultTable.Fault]?
    package var id: Int?
    package var levers: LeverState?
    package var refusal: String?

    package init(faults: [FaultTable.Fault]) { self.faults = faults }

    package init(id: Int, levers: LeverState) {
        self.id = id
        self.levers = levers
    }

    package init(id: Int, refusal: String) {
        self.id = id
        self.refusal = refusal
    }
}
