/// The tasks of one column in their order. Kept in pieces of bounded length, so that a column of
/// 100,000 tasks finds neighbours, and takes a task in, with two searches and one short move.
struct RankList: Sendable {
    /// Where a task stands: by rank, and by number where ranks are equal.
    struct Place: Hashable, Comparable, Sendable {
        var rank: Int64
        var task: TaskID

        static func < (left: Place, right: Place) -> Bool {
            (left.rank, left.task) < (right.rank, right.task)
        }
    }

    private static let pieceMax = 512

    /// None is empty.
    private var pieces: [[Place]] = []
    private(set) var count = 0

    var last: Place? { pieces.last?.last }

    mutating func insert(_ place: Place) {
        count += 1
        guard let piece = piece(of: place) else {
            pieces.append([place])
            return
        }
        let isLast = piece == pieces.count - 1
        if isLast, pieces[piece].count >= Self.pieceMax, pieces[piece][Self.pieceMax - 1] < place {
            // New tasks come at the end: pieces behind them stay full.
            pieces.append([place])
            return
        }
        pieces[piece].insert(place, at: Self.lowerBound(of: place, in: pieces[piece]))
        if pieces[piece].count > Self.pieceMax { split(piece) }
    }

    mutating func remove(_ place: Place) {
        guard let piece = piece(of: place) else { preconditionFailure("It was inserted.") }
        let spot = Self.lowerBound(of: place, in: pieces[piece])
        precondition(
            spot < pieces[piece].count && pieces[piece][spot] == place, "It was inserted.")
        pieces[piece].remove(at: spot)
        if pieces[piece].isEmpty { pieces.remove(at: piece) }
        count -= 1
    }

    /// The first one behind `place`, whether or not that is in the list.
    func next(after place: Place) -> Place? {
        guard let piece = piece(of: place) else { return nil }
        var spot = Self.lowerBound(of: place, in: pieces[piece])
        if spot < pieces[piece].count, pieces[piece][spot] == place { spot += 1 }
        if spot < pieces[piece].count { return pieces[piece][spot] }
        return piece + 1 < pieces.count ? pieces[piece + 1].first : nil
    }

    /// The last one before `place`, whether or not that is in the list.
    func last(before place: Place) -> Place? {
        guard let piece = piece(of: place) else { return nil }
        let spot = Self.lowerBound(of: place, in: pieces[piece])
        if spot > 0 { return pieces[piece][spot - 1] }
        return piece > 0 ? pieces[piece - 1].last : nil
    }

    /// At most so many, in order.
    func first(_ count: Int) -> [Place] { Array(pieces.joined().prefix(count)) }

    /// The piece that a place is in, or would be; nil if there is none at all.
    private func piece(of place: Place) -> Int? {
        if pieces.isEmpty { return nil }
        var (low, high) = (0, pieces.count)
        while low < high {
            let middle = (low + high) / 2
            if place < pieces[middle][0] { high = middle } else { low = middle + 1 }
        }
        return max(low - 1, 0)
    }

    private static func lowerBound(of place: Place, in piece: [Place]) -> Int {
        var (low, high) = (0, piece.count)
        while low < high {
            let middle = (low + high) / 2
            if piece[middle] < place { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private mutating func split(_ piece: Int) {
        let half = pieces[piece].count / 2
        let second = Array(pieces[piece][half...])
        pieces[piece].removeSubrange(half...)
        pieces.insert(second, at: piece + 1)
    }
}
