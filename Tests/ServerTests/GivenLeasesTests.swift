import Server
import Testing
import Work

/// For how long a front remembers what it gave under a key.
@Suite struct GivenLeasesTests {
    private let start = ContinuousClock.now
    private let hour = GivenLeases.age

    private func name(_ key: String) -> GivenLeases.Name { .init(principal: "", key: key) }

    private func given(_ count: Int) -> GivenLeases.Given {
        let leases = (0..<count).map { Lease(job: JobID(UInt64($0 + 1)), generation: 1) }
        return .init(fingerprint: 7, leases: leases)
    }

    @Test func `A key is known for an hour`() {
        var memory = GivenLeases(at: start)
        memory.keep(given(1), for: name("early"), at: start)
        let half = start + .seconds(30 * 60)
        memory.keep(given(2), for: name("late"), at: half)
        var early = memory.find(name("early"), at: start + hour)
        #expect(early == given(1))
        // Here a new generation begins, in which the late one goes on.
        early = memory.find(name("early"), at: start + hour + .seconds(1))
        #expect(early == nil)
        var late = memory.find(name("late"), at: half + hour)
        #expect(late == given(2))
        late = memory.find(name("late"), at: half + hour + .seconds(1))
        #expect(late == nil)
    }

    @Test func `Fifty thousand keys and leases that come later may displace it`() {
        var memory = GivenLeases(at: start)
        memory.keep(given(2), for: name("a"), at: start)
        func fill(_ generation: Int) -> GivenLeases.Given? {
            for number in 1...50 { memory.keep(given(1_000), for: name("\(generation)/\(number)"), at: start) }
            return memory.find(name("a"), at: start)
        }
        let (once, twice) = (fill(1), fill(2))
        #expect(once == given(2), "the generation that it is in has ended")
        #expect(twice == nil, "and the next one, too")
        let old = memory.find(name("1/1"), at: start)
        let new = memory.find(name("2/1"), at: start)
        #expect(old == nil && new == given(1_000))
    }

    @Test func `Few keys displace nothing`() {
        var memory = GivenLeases(at: start)
        memory.keep(given(1), for: name("a"), at: start)
        for number in 1...GivenLeases.countMax / 2 - 1 {
            memory.keep(given(1), for: name("\(number)"), at: start)
        }
        let first = memory.find(name("a"), at: start)
        #expect(first == given(1))
    }

    @Test func `Keys are their principals' own`() {
        var memory = GivenLeases(at: start)
        memory.keep(given(1), for: .init(principal: "@1", key: "a"), at: start)
        let own = memory.find(.init(principal: "@1", key: "a"), at: start)
        let foreign = memory.find(.init(principal: "@2", key: "a"), at: start)
        #expect(own == given(1) && foreign == nil)
    }
}
