/// A page cut apart, once, where something of the request goes.
struct PageParts: Sendable {
    private let parts: [Substring]

    subscript(place: Int) -> Substring { parts[place] }

    /// At each cut `before` stays, and `after` makes room.
    init(_ page: WebPage, cuts: [(before: String, after: String)]) {
        var rest = page.asset.text[...]
        var parts: [Substring] = []
        for (before, after) in cuts {
            guard let place = rest.firstRange(of: before + after) else {
                preconditionFailure("The page has no \(before)\(after).")
            }
            parts.append(rest[..<rest.index(place.lowerBound, offsetBy: before.count)])
            rest = rest[place.upperBound...]
        }
        self.parts = parts + [rest]
    }
}
