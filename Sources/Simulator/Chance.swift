import Wire

/// All chance of a simulation, drawn from its seed.
struct Chance {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func seed() -> UInt64 { generator.next() }

    mutating func number(_ range: ClosedRange<UInt64>) -> UInt64 {
        UInt64.random(in: range, using: &generator)
    }

    mutating func number(_ range: ClosedRange<Int>) -> Int {
        Int.random(in: range, using: &generator)
    }

    /// True so many times of a thousand.
    mutating func happens(_ perMille: Int) -> Bool {
        perMille > 0 && Int.random(in: 0..<1000, using: &generator) < perMille
    }

    /// A place of a list; the list must not be empty.
    mutating func place(in count: Int) -> Int { Int.random(in: 0..<count, using: &generator) }

    mutating func pick<Element>(_ list: [Element]) -> Element? {
        list.isEmpty ? nil : list[place(in: list.count)]
    }

    /// Mostly near the lower end, sometimes far from it: how waiting times are in the world.
    mutating func skewed(_ range: ClosedRange<UInt64>) -> UInt64 {
        let width = range.upperBound - range.lowerBound
        let part = number(0...15) == 0 ? width : width / 8
        return range.lowerBound + number(0...part)
    }
}

/// Simulated true time, in nanoseconds. Every node sees it through a clock of its own.
typealias Time = UInt64

extension Time {
    static func milliseconds(_ value: UInt64) -> Time { value * 1_000_000 }
    static func microseconds(_ value: UInt64) -> Time { value * 1_000 }
    static func seconds(_ value: UInt64) -> Time { value * 1_000_000_000 }
    var milliseconds: UInt64 { self / 1_000_000 }
}
