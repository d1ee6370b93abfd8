/// Positive numbers, rising, as a person writes them: `3,5-9`, or `none`.
struct NumberList: CustomStringConvertible {
    let numbers: [Int]

    /// A range longer than this is a slip of the pen.
    private static let numbersMax = 100_000

    init(_ numbers: [Int]) { self.numbers = numbers.sorted() }

    init?(_ text: String) {
        var numbers: [Int] = []
        if text != "none" {
            for part in text.split(separator: ",", omittingEmptySubsequences: false) {
                let ends = part.split(
                    separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
                guard let first = Int(ends[0]), let last = Int(ends[ends.count - 1]),
                    first >= 1, last >= first, last <= Self.numbersMax
                else { return nil }
                numbers += first...last
            }
        }
        self.init(numbers)
    }

    var description: String {
        var ranges: [ClosedRange<Int>] = []
        for number in numbers {
            if let last = ranges.last, last.upperBound == number - 1 {
                ranges[ranges.count - 1] = last.lowerBound...number
            } else {
                ranges.append(number...number)
            }
        }
        let parts = ranges.map { range in
            range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
        }
        return parts.isEmpty ? "none" : parts.joined(separator: ",")
    }
}
