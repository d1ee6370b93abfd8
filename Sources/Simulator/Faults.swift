/// Families of faults; a run has all of them or some.
package struct FaultFamilies: OptionSet, Hashable, Sendable {
    package let rawValue: Int

    package init(rawValue: Int) { self.rawValue = rawValue }

    package static let network = FaultFamilies(rawValue: 1)
    package static let disk = FaultFamilies(rawValue: 2)
    package static let clock = FaultFamilies(rawValue: 4)
    package static let crash = FaultFamilies(rawValue: 8)
    package static let base = FaultFamilies(rawValue: 16)
    package static let membership = FaultFamilies(rawValue: 32)
    package static let all: FaultFamilies = [
        .network, .disk, .clock, .crash, .base, .membership,
    ]

    /// By name, as the command line spells them.
    package static let named: [(name: String, family: FaultFamilies)] = [
        ("all", .all), ("none", []), ("network", .network), ("disk", .disk), ("clock", .clock),
        ("crash", .crash), ("base", .base), ("membership", .membership),
    ]
}

/// How the world is when nothing in particular happens: its delays, and what the network does to
/// single messages.
struct Weather {
    var delay: ClosedRange<Time> = .microseconds(50) ... .microseconds(400)
    /// Messages of consensus may be lost, doubled and overtaken, of a thousand. Forwarded requests
    /// come at most once: that is the promise of a connection, which the replica relies on.
    var lost = 0
    var doubled = 0
    var isOrdered = true
    var turn: ClosedRange<Time> = .microseconds(5) ... .microseconds(60)
    var sync: ClosedRange<Time> = .microseconds(150) ... .microseconds(900)
    var page: ClosedRange<Time> = .microseconds(100) ... .milliseconds(2)
    var base: ClosedRange<Time> = .milliseconds(10) ... .milliseconds(40)

    static let calm = Weather()

    /// A world of its own for each seed.
    init(_ families: FaultFamilies, _ chance: inout Chance) {
        if families.contains(.network) {
            delay = .microseconds(20) ... chance.number(.microseconds(200) ... .milliseconds(60))
            isOrdered = chance.happens(500)
            lost = isOrdered ? 0 : chance.pick([0, 10, 50, 100, 300]) ?? 0
            doubled = isOrdered ? 0 : chance.number(0...100)
        }
        if families.contains(.disk) {
            sync = .microseconds(100) ... chance.number(.microseconds(500) ... .milliseconds(50))
            page = .microseconds(100) ... chance.number(.milliseconds(1) ... .milliseconds(100))
        }
        if families.contains(.clock) {
            turn = .microseconds(5) ... chance.number(.microseconds(10) ... .milliseconds(5))
        }
        if families.contains(.base) {
            base = .milliseconds(1) ... chance.number(.milliseconds(10) ... .seconds(5))
        }
    }

    private init() {}
}
