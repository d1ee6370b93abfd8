import Wire

/// From a job's number to its slot, by linear hashing (Litwin, 1980): with each job the table
/// grows or shrinks by one bucket at most, so no growth ever stops the machine, and what a job
/// costs does not depend on which others are gone. Jobs of one bucket are chained in their slots.
struct JobIndex: Sendable {
    private var buckets = [Job.none]
    /// A power of two; there are more buckets than this, and at most twice as many. Or one.
    private var half = 1
    private var count = 0
    /// The last number that came in.
    private var newest: UInt64 = 0

    private func bucket(of id: JobID) -> Int {
        let place = Int(Hash64.mix(id.rawValue) & UInt64(2 * half - 1))
        return place < buckets.count ? place : place - half
    }

    func slot(of id: JobID, in jobs: Slab<Job>) -> UInt32? {
        var slot = buckets[bucket(of: id)]
        while slot != Job.none {
            if jobs[slot].id == id { return slot }
            slot = jobs[slot].sibling
        }
        return nil
    }

    mutating func insert(_ slot: UInt32, _ jobs: inout Slab<Job>) {
        precondition(jobs[slot].id.rawValue > newest, "Numbers rise, so each is given once.")
        newest = jobs[slot].id.rawValue
        push(slot, &jobs)
        count += 1
        if count > buckets.count { grow(&jobs) }
    }

    mutating func remove(_ slot: UInt32, _ jobs: inout Slab<Job>) {
        let place = bucket(of: jobs[slot].id)
        if buckets[place] == slot {
            buckets[place] = jobs[slot].sibling
        } else {
            var before = buckets[place]
            while jobs[before].sibling != slot { before = jobs[before].sibling }
            jobs[before].sibling = jobs[slot].sibling
        }
        count -= 1
        if 2 * count < buckets.count, buckets.count > 1 { shrink(&jobs) }
    }

    private mutating func push(_ slot: UInt32, _ jobs: inout Slab<Job>) {
        let place = bucket(of: jobs[slot].id)
        jobs[slot].sibling = buckets[place]
        buckets[place] = slot
    }

    /// Divides the jobs of one bucket between it and a new one.
    private mutating func grow(_ jobs: inout Slab<Job>) {
        if buckets.count == 2 * half { half *= 2 }
        let divided = buckets.count - half
        let chain = buckets[divided]
        buckets[divided] = Job.none
        buckets.append(Job.none)
        pushAll(chain, &jobs)
    }

    /// Unites the last bucket with the one it was divided from.
    private mutating func shrink(_ jobs: inout Slab<Job>) {
        let chain = buckets.removeLast()
        if buckets.count == half, half > 1 { half /= 2 }
        pushAll(chain, &jobs)
    }

    private mutating func pushAll(_ chain: UInt32, _ jobs: inout Slab<Job>) {
        var next = chain
        while next != Job.none {
            let slot = next
            next = jobs[slot].sibling
            push(slot, &jobs)
        }
    }
}
