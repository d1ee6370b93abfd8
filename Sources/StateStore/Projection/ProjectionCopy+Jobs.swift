import OrderedCollections
import Work

/// Jobs and queues.
extension ProjectionCopy {
    /// All of them, if they were not copied before; then what was touched since.
    mutating func copyJobs(_ mark: inout ProjectionMark, through index: UInt64) throws {
        if mark.jobs.changes == 0 { mark.jobs.changes = index }
        if try base.touchedForgotten() > mark.jobs.changes {
            mark.emptying = .jobs
            return
        }
        try copyAllJobs(&mark.jobs)
        try copyAllQueues(&mark.jobs)
        if mark.jobs.queue == JobsMark.lastQueue { try follow(&mark.jobs, through: index) }
    }

    private mutating func copyAllJobs(_ mark: inout JobsMark) throws {
        while mark.job < JobsMark.lastJob, !isSpent {
            let page = try base.jobs(after: JobID(mark.job), limit: limits.page)
            try write(page)
            mark.job = page.count < limits.page
                ? JobsMark.lastJob : page[page.count - 1].id.rawValue
        }
    }

    private mutating func copyAllQueues(_ mark: inout JobsMark) throws {
        guard mark.job == JobsMark.lastJob else { return }
        while mark.queue != JobsMark.lastQueue, !isSpent {
            let page = try base.queues(after: QueueName(mark.queue), limit: limits.page)
            try writer.upsert(page)
            spend(page.count, page.count * 512)
            mark.queue =
                page.count < limits.page ? JobsMark.lastQueue : page[page.count - 1].name.text
        }
    }

    /// What several lists name is copied once.
    private mutating func follow(_ mark: inout JobsMark, through index: UInt64) throws {
        while !isSpent {
            var jobs: Set<JobID> = []
            var queues: OrderedSet<QueueName> = []
            let lists = try base.touchedJobs(after: mark.changes, limit: limits.page)
            for list in lists {
                jobs.formUnion(list.jobs)
                queues.append(contentsOf: list.queues)
                mark.changes = list.index
                if jobs.count + queues.count >= limits.rows { break }
            }
            try copy(jobs.sorted())
            try copy(queues.elements)
            isComplete = lists.isEmpty
            if isComplete { return }
        }
    }

    /// Writes those of the jobs that there are, and removes the others.
    private mutating func copy(_ ids: [JobID]) throws {
        for place in stride(from: 0, to: ids.count, by: limits.page) {
            let part = Array(ids[place..<min(place + limits.page, ids.count)])
            let found = try base.jobs(part)
            try write(found)
            let gone = Set(part).subtracting(found.map(\.id)).sorted()
            try writer.delete(gone.map { [.unsigned($0.rawValue)] }, from: .jobs)
            spend(gone.count, 0)
        }
    }

    private mutating func copy(_ names: [QueueName]) throws {
        for place in stride(from: 0, to: names.count, by: limits.page) {
            let part = Array(names[place..<min(place + limits.page, names.count)])
            let found = try base.queues(part)
            try writer.upsert(found)
            let gone = Set(part).subtracting(found.map(\.name)).sorted()
            try writer.delete(gone.map { [.text($0.text)] }, from: .queues)
            spend(part.count, part.count * 512)
        }
    }

    private mutating func write(_ jobs: [JobRecord]) throws {
        try writer.upsert(jobs)
        spend(jobs.count, jobs.reduce(0) { $0 + 512 + $1.body.count })
    }
}
