import Testing
import Work

/// How many jobs there are, for those who watch over a cluster.
@Suite struct QueueCensusTests {
    private static func name(_ number: Int) -> QueueName { JobCluster.name("q\(number)") }

    @Test func `Jobs are counted by queue and state`() throws {
        var cluster = JobCluster()
        cluster.fill(6)
        cluster.fill(2, delay: 1_000)
        let held = cluster.reserve(3)
        _ = cluster.send(.bury(held[0].id, .session(JobCluster.session), priority: nil))
        _ = cluster.put(into: JobCluster.name("other"))
        let census = cluster.jobs.census(fullest: 2)
        #expect(census.queues == 2)
        #expect(census.fullest.map(\.name.text) == ["q", "other"])
        #expect(census.fullest[0].jobs == StateCounts(ready: 3, delayed: 2, reserved: 2, buried: 1))
        #expect(census.fullest[1].jobs == StateCounts(ready: 1))
        #expect(census.others == StateCounts())
    }

    @Test(arguments: [1, 3, 7, 12, 20])
    func `The fullest have names, in whatever order they are counted`(limit: Int) {
        let jobs = (0..<12).map { StateCounts(ready: $0 / 2, buried: $0 % 2) }
        let expected = (0..<12).sorted {
            (jobs[$1].all, Self.name($0)) < (jobs[$0].all, Self.name($1))
        }
        for step in [1, 5, 7, 11] {
            var census = QueueCensus(fullest: limit)
            for place in 0..<12 {
                census.add(Self.name(place * step % 12), jobs[place * step % 12])
            }
            #expect(census.fullest.map(\.name) == expected.prefix(limit).map(Self.name))
            let others = expected.dropFirst(limit)
            #expect(census.others.all == others.reduce(0) { $0 + jobs[$1].all })
            #expect(census.others.buried == others.reduce(0) { $0 + jobs[$1].buried })
            #expect(census.queues == 12)
        }
    }
}
