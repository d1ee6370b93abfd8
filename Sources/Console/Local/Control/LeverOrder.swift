/// One pull at a lever of a cluster on this machine.
package struct LeverOrder: Codable, Hashable, Sendable {
    package enum Lever: String, Codable, Sendable, CaseIterable {
        /// `kill -9`: nothing is said, nothing is finished.
        case kill
        case start
        /// The process stands still, and does not know it.
        case pause
        case `continue`
        /// What is sent over a link does not arrive.
        case cut
        /// It arrives later.
        case slow
        case heal
    }

    package var lever: Lever
    /// Whom it is about, if it is about a process.
    package var node: Int?
    /// Which link it is about; neither, if all are healed.
    package var from: Int?
    package var to: Int?
    /// In one direction only.
    package var oneWay: Bool?
    package var delayMilliseconds: Int?
    /// A pause ends by itself after so long.
    package var seconds: Double?

    enum CodingKeys: String, CodingKey {
        case lever, node, from, to, seconds
        case oneWay = "one_way"
        case delayMilliseconds = "delay_ms"
    }

    package init(_ lever: Lever, node: Int? = nil) {
        self.lever = lever
        self.node = node
    }

    package init(
        _ lever: Lever, from: Int?, to: Int?, oneWay: Bool, delayMilliseconds: Int? = nil
    ) {
        self.lever = lever
        self.from = from
        self.to = to
        self.oneWay = oneWay
        self.delayMilliseconds = delayMilliseconds
    }

    package static let delayMax = 5_000
    package static let secondsMax = 60.0

    /// What is wrong with it in a cluster of so many nodes; nil if nothing is.
    package func problem(nodes: Int) -> String? {
        switch lever {
        case .kill, .start, .pause, .continue:
            if !isNode(node, nodes) { return Self.nodeProblem("node", nodes) }
            if let seconds, !(0...Self.secondsMax).contains(seconds) {
                return "seconds must be from 0 to \(Int(Self.secondsMax))"
            }
        case .cut, .slow, .heal:
            if lever == .heal, from == nil, to == nil { return nil }
            if !isNode(from, nodes) { return Self.nodeProblem("from", nodes) }
            if !isNode(to, nodes) { return Self.nodeProblem("to", nodes) }
            if from == to { return "a link has two ends, and from and to are the same" }
            if lever == .slow, !(1...Self.delayMax).contains(delayMilliseconds ?? 0) {
                return "delay_ms must be from 1 to \(Self.delayMax)"
            }
        }
        return nil
    }

    private func isNode(_ number: Int?, _ nodes: Int) -> Bool {
        number.map { (1...nodes).contains($0) } ?? false
    }

    private static func nodeProblem(_ name: String, _ nodes: Int) -> String {
        "\(name) must be the number of a node, from 1 to \(nodes)"
    }
}

/// How all levers stand.
package struct LeverState: Codable, Hashable, Sendable {
    package struct Process: Codable, Hashable, Sendable {
        package var node: Int
        /// `runs`, `paused` or `down`
        package var state: String

        package init(node: Int, state: String) {
            self.node = node
            self.state = state
        }
    }

    package var nodes: [Process]
    package var faults: [FaultTable.Fault]
    /// What the last pull did, in words.
    package var done: String?

    package init(nodes: [Process], faults: [FaultTable.Fault], done: String?) {
        self.nodes = nodes
        self.faults = faults
        self.done = done
    }
}
