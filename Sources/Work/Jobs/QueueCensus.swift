/// How many jobs are in each state.
package struct StateCounts: Hashable, Sendable {
    package var ready: Int
    package var delayed: Int
    package var reserved: Int
    package var buried: Int

    package init(ready: Int = 0, delayed: Int = 0, reserved: Int = 0, buried: Int = 0) {
        self.ready = ready
        self.delayed = delayed
        self.reserved = reserved
        self.buried = buried
    }

    package var all: Int { ready + delayed + reserved + buried }

    fileprivate mutating func add(_ other: StateCounts) {
        ready += other.ready
        delayed += other.delayed
        reserved += other.reserved
        buried += other.buried
    }
}

/// How full the queues are: the fullest by their names, all others together. So it stays small,
/// however many queues there are.
package struct QueueCensus: Hashable, Sendable {
    package struct Named: Hashable, Sendable {
        package var name: QueueName
        package var jobs: StateCounts

        fileprivate func isAhead(of other: Named) -> Bool {
            jobs.all != other.jobs.all ? jobs.all > other.jobs.all : name < other.name
        }
    }

    /// The fullest first; of equals, by name.
    package private(set) var fullest: [Named] = []
    /// In all queues that are not among the fullest.
    package private(set) var others = StateCounts()
    /// How many queues there are.
    package private(set) var queues = 0
    private let limit: Int

    /// Names at most so many.
    package init(fullest limit: Int) {
        precondition(limit > 0, "Somebody is named.")
        self.limit = limit
    }

    package mutating func add(_ name: QueueName, _ jobs: StateCounts) {
        queues += 1
        let new = Named(name: name, jobs: jobs)
        if fullest.count == limit {
            guard let last = fullest.last, new.isAhead(of: last) else { return others.add(jobs) }
            others.add(last.jobs)
            fullest.removeLast()
        }
        let place = fullest.firstIndex { new.isAhead(of: $0) } ?? fullest.endIndex
        fullest.insert(new, at: place)
    }
}

extension JobTable {
    /// One look at every queue, which does not depend on how many jobs there are.
    package func census(fullest limit: Int) -> QueueCensus {
        var census = QueueCensus(fullest: limit)
        for (name, slot) in queueSlots {
            let jobs = StateCounts(
                ready: queues[slot].ready.count, delayed: queues[slot].delayed.count,
                reserved: queues[slot].reserved, buried: queues[slot].buried.count)
            census.add(name, jobs)
        }
        return census
    }
}
