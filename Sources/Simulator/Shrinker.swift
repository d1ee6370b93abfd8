/// Finds a shorter story of a violation: less time, fewer operations, fewer kinds of faults, and at
/// last only those faults without which the same rule no longer breaks.
package struct Shrinker {
    /// The smallest options found so far, and what came of them.
    package private(set) var options: Simulation.Options
    package private(set) var outcome: Simulation.Outcome
    private let seed: UInt64
    private let rule: String
    /// No run is begun when this says so.
    private let isOver: () -> Bool

    private init(
        _ options: Simulation.Options, _ outcome: Simulation.Outcome, _ violation: Violation,
        isOver: @escaping () -> Bool
    ) {
        self.options = options
        self.outcome = outcome
        self.isOver = isOver
        seed = outcome.seed
        rule = violation.rule
    }

    /// nil if the outcome has no violation.
    package static func shrink(
        _ options: Simulation.Options, _ outcome: Simulation.Outcome,
        isOver: @escaping () -> Bool
    ) -> Shrinker? {
        guard let violation = outcome.violation else { return nil }
        var shrinker = Shrinker(options, outcome, violation, isOver: isOver)
        shrinker.endAtViolation()
        shrinker.leaveOutTime()
        shrinker.leaveOutNodes()
        shrinker.leaveOutFamilies()
        shrinker.leaveOutFaults()
        shrinker.leaveOutTime()
        shrinker.leaveOutOperations()
        return shrinker
    }

    /// Takes the change over if the same rule still breaks.
    private mutating func attempt(_ change: (inout Simulation.Options) -> Void) -> Bool {
        var fewer = options
        change(&fewer)
        if fewer == options || isOver() { return false }
        let result = Simulation.run(seed: seed, options: fewer)
        guard result.violation?.rule == rule else { return false }
        (options, outcome) = (fewer, result)
        return true
    }

    /// What comes after the violation has no part in it.
    private mutating func endAtViolation() {
        let (seconds, operations) = (outcome.simulatedSeconds, outcome.operations)
        _ = attempt { options in
            options.seconds = max(1, min(options.seconds, seconds))
            options.operations = max(1, min(options.operations, operations))
        }
    }

    /// Many a rule is looked after at the end only, so that the end says little of the moment.
    private mutating func leaveOutTime() {
        while attempt({ options in
            options.seconds = max(1, options.seconds / 2)
            options.operations = max(1, options.operations / 2)
        }) {
            endAtViolation()
        }
    }

    /// A cluster of another size has another story, but often there is one.
    private mutating func leaveOutNodes() {
        for nodes in [1, 3, 5] where nodes < outcome.nodes {
            if attempt({ $0.nodes = nodes }) { return endAtViolation() }
        }
    }

    private mutating func leaveOutFamilies() {
        for (_, family) in FaultFamilies.named where !family.isEmpty && family != .all {
            if attempt({ $0.families.subtract(family) }) { endAtViolation() }
        }
    }

    /// Leaves out halves, quarters and so on, down to single faults, until none can go
    /// (Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input", 2002).
    private mutating func leaveOutFaults() {
        if attempt({ $0.onlyFaults = [] }) { return endAtViolation() }
        var size = max(1, wanted.count / 2)
        while !wanted.isEmpty {
            let isSmaller = leaveOutFaults(by: size)
            if size == 1, !isSmaller { break }
            if !isSmaller { size = max(1, size / 2) }
            size = min(size, max(1, wanted.count / 2))
        }
        endAtViolation()
    }

    private mutating func leaveOutFaults(by size: Int) -> Bool {
        var isSmaller = false
        var from = wanted.count - size
        // From the end on: what came just before the violation is mostly what led to it.
        while from > -size {
            let faults = wanted
            let part = max(0, from)..<max(0, min(from + size, faults.count))
            if !part.isEmpty, attempt({ $0.onlyFaults = Self.without(part, faults) }) {
                isSmaller = true
            }
            from -= size
        }
        return isSmaller
    }

    private static func without(_ part: Range<Int>, _ faults: [Int]) -> [Int] {
        var rest = faults
        rest.removeSubrange(part)
        return rest
    }

    private var wanted: [Int] { options.onlyFaults ?? Array(1..<outcome.faultsDrawn + 1) }

    private mutating func leaveOutOperations() {
        while attempt({ $0.operations = max(1, $0.operations / 2) }) { endAtViolation() }
        while attempt({ $0.operations = max(1, $0.operations * 7 / 8) }) { endAtViolation() }
    }
}
