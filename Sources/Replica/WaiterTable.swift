import DequeModule
import Work

/// Who waits for jobs anywhere in the cluster: known to the leader alone, which proposes a
/// reservation for the one who has waited longest as soon as there is a job for it.
struct WaiterTable {
    private struct Waiter {
        let wish: Reservation
        let rank: UInt64
        /// The queue that has a job for it, by a proposal that is undecided, and how many.
        var promise: (queue: QueueName, jobs: Int)?
    }

    private struct Place {
        let rank: UInt64
        let session: SessionID
    }

    /// Who waits at one queue. Places of those who left, or whose proposal is undecided, are
    /// dropped when they are come across.
    private struct Line {
        var places: Deque<Place> = []
        var waiters = 0
        var promised = 0
        var isDirty = false
    }

    private var waiters: [SessionID: Waiter] = [:]
    private var lines: [QueueName: Line] = [:]
    private var dirty: Deque<QueueName> = []
    private var nextRank: UInt64 = 0

    /// Whether somebody who waits may be served now.
    var isDirty: Bool { !dirty.isEmpty }

    mutating func add(_ wish: Reservation) {
        if let earlier = waiters[wish.session] {
            if earlier.wish.wait >= wish.wait { return }
            remove(wish.session)
        }
        nextRank += 1
        waiters[wish.session] = Waiter(wish: wish, rank: nextRank)
        for queue in wish.queues {
            var line = lines.removeValue(forKey: queue) ?? Line()
            line.waiters += 1
            line.places.append(Place(rank: nextRank, session: wish.session))
            tidy(&line)
            lines[queue] = line
            touch(queue)
        }
    }

    /// The wait is over, unless a later one has begun.
    mutating func end(_ session: SessionID, wait: UInt64) {
        if let waiter = waiters[session], waiter.wish.wait <= wait { remove(session) }
    }

    /// Everybody of that node.
    mutating func removeAll(of node: UInt64) {
        for session in waiters.keys.filter({ $0.origin.node == node }).sorted() { remove(session) }
    }

    /// The queue may have something to give.
    mutating func touch(_ queue: QueueName) {
        guard let line = lines[queue], !line.isDirty else { return }
        lines[queue]?.isDirty = true
        dirty.append(queue)
    }

    /// Whoever was passed over may be served now.
    mutating func touchAll() {
        for queue in lines.keys.sorted() { touch(queue) }
    }

    /// The next reservation to propose. Who is not `reachable` keeps its place.
    mutating func next(
        in jobs: borrowing JobTable, reachable: (Origin) -> Bool
    ) -> Reservation? {
        while let queue = dirty.first {
            if let wish = next(at: queue, available: jobs.available(queue), reachable) {
                return wish
            }
            dirty.removeFirst()
            lines[queue]?.isDirty = false
        }
        return nil
    }

    private mutating func next(
        at queue: QueueName, available: Int, _ reachable: (Origin) -> Bool
    ) -> Reservation? {
        var passedOver: [Place] = []
        defer { if !passedOver.isEmpty { lines[queue]?.places.prepend(contentsOf: passedOver) } }
        while let line = lines[queue], line.promised < available,
            let place = lines[queue]?.places.popFirst()
        {
            guard let waiter = waiters[place.session], waiter.rank == place.rank,
                waiter.promise == nil
            else { continue }
            guard reachable(place.session.origin) else {
                passedOver.append(place)
                continue
            }
            let jobs = min(waiter.wish.max, available - line.promised)
            waiters[place.session]?.promise = (queue, jobs)
            lines[queue]?.promised += jobs
            return waiter.wish
        }
        return nil
    }

    /// A reservation was decided. Whoever got nothing waits on, at the place it had.
    mutating func settled(_ wish: Reservation, gotNothing: Bool) {
        guard let waiter = waiters[wish.session], waiter.wish.wait == wish.wait else { return }
        if gotNothing { putBack(wish.session, waiter) } else { remove(wish.session) }
    }

    /// Proposals ended undecided: every promise is made anew.
    mutating func forgetPromises() {
        let promised = waiters.filter { $0.value.promise != nil }
        for (session, waiter) in promised.sorted(by: { $0.value.rank < $1.value.rank }) {
            putBack(session, waiter)
        }
    }

    private mutating func putBack(_ session: SessionID, _ waiter: Waiter) {
        withdraw(waiter)
        waiters[session]?.promise = nil
        for queue in waiter.wish.queues {
            guard var line = lines.removeValue(forKey: queue) else { continue }
            let at = line.places.firstIndex { $0.rank >= waiter.rank } ?? line.places.endIndex
            if at == line.places.endIndex || line.places[at].rank != waiter.rank {
                line.places.insert(Place(rank: waiter.rank, session: session), at: at)
            }
            lines[queue] = line
            touch(queue)
        }
    }

    private mutating func remove(_ session: SessionID) {
        guard let waiter = waiters.removeValue(forKey: session) else { return }
        withdraw(waiter)
        for queue in waiter.wish.queues {
            lines[queue]?.waiters -= 1
            if lines[queue]?.waiters == 0 { lines[queue] = nil }
        }
    }

    /// What was promised to it is there for others.
    private mutating func withdraw(_ waiter: Waiter) {
        guard let promise = waiter.promise else { return }
        lines[promise.queue]?.promised -= promise.jobs
        touch(promise.queue)
    }

    /// Polls that come and go leave places behind.
    private func tidy(_ line: inout Line) {
        guard line.places.count > 2 * line.waiters + 32 else { return }
        line.places.removeAll { waiters[$0.session]?.rank != $0.rank }
    }
}
