/// What is done to the links of a cluster, by direction.
package struct FaultTable: Hashable, Sendable {
    package struct Fault: Codable, Hashable, Sendable {
        package var from: Int
        package var to: Int
        package var cut: Bool
        package var delayMilliseconds: Int

        enum CodingKeys: String, CodingKey {
            case from, to, cut
            case delayMilliseconds = "delay_ms"
        }

        package init(from: Int, to: Int, cut: Bool, delayMilliseconds: Int) {
            self.from = from
            self.to = to
            self.cut = cut
            self.delayMilliseconds = delayMilliseconds
        }
    }

    /// By rising numbers of the nodes.
    package private(set) var all: [Fault] = []

    package init() {}

    /// What is done to what a node sends.
    package func from(_ node: Int) -> [Fault] { all.filter { $0.from == node } }

    /// Carries out an order about a link, which makes sense; says what was done.
    package mutating func obey(_ order: LeverOrder) -> String {
        guard let from = order.from, let to = order.to else {
            all = []
            return "all links are healed"
        }
        let isOneWay = order.oneWay ?? false
        set(order, from, to)
        if !isOneWay { set(order, to, from) }
        let link =
            isOneWay ? "the link from n\(from) to n\(to)" : "the link between n\(from) and n\(to)"
        return switch order.lever {
        case .cut: "\(link) is cut"
        case .slow: "\(link) is slow by \(order.delayMilliseconds ?? 0) ms"
        case .heal: "\(link) is healed"
        case .kill, .start, .pause, .continue: preconditionFailure("This is not about a link.")
        }
    }

    private mutating func set(_ order: LeverOrder, _ from: Int, _ to: Int) {
        all.removeAll { $0.from == from && $0.to == to }
        if order.lever == .heal { return }
        let isCut = order.lever == .cut
        all.append(
            Fault(
                from: from, to: to, cut: isCut,
                delayMilliseconds: isCut ? 0 : order.delayMilliseconds ?? 0))
        all.sort { ($0.from, $0.to) < ($1.from, $1.to) }
    }
}
