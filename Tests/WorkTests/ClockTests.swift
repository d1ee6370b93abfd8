import Testing
import Work

/// The two replicated clocks.
@Suite struct ClockTests {
    @Test func `Neither clock ever goes back`() {
        var cluster = Applied()
        let (cluster0, wall0) = (cluster.clusterTime, cluster.wallTime)
        cluster.clusterTime -= 500
        cluster.wallTime.milliseconds -= 500
        #expect(cluster.create()?.created == wall0)
        #expect(cluster.state.scalars.clusterTime == cluster0)
        #expect(cluster.state.scalars.wallTime == wall0)
    }

    @Test func `Wall time leaps a day at most with one entry`() {
        var cluster = Applied()
        let before = cluster.wallTime.milliseconds
        cluster.wallTime.milliseconds += 30 * 86_400_000
        #expect(cluster.create()?.created.milliseconds == before + Limits.wallTimeJump)
        #expect(cluster.create()?.created.milliseconds == before + 2 * Limits.wallTimeJump)
        cluster.wallTime.milliseconds = before + 2 * Limits.wallTimeJump + 7
        #expect(cluster.create()?.created == cluster.wallTime)
    }

    @Test func `Cluster time follows the stamp as far as it goes`() {
        var cluster = Applied()
        cluster.clusterTime += 1 << 40
        _ = cluster.create()
        #expect(cluster.state.scalars.clusterTime == cluster.clusterTime)
    }

    @Test(arguments: [Int64.min, -1, 0, 253_402_300_800_000, .max])
    func `A wall clock out of its mind leaves a time that can be written`(_ milliseconds: Int64) {
        var cluster = Applied()
        cluster.state = WorkState()
        cluster.wallTime = Timestamp(milliseconds: milliseconds)
        for _ in 0..<3 { _ = cluster.send(Applied.registration()) }
        let time = cluster.state.scalars.wallTime
        #expect(time >= .zero && time <= .latest)
        #expect(time.text.utf8.count == 24)
        #expect(Timestamp(text: time.text) == time)
    }

    @Test func `A cluster time near the end of its type is no leader's`() {
        var cluster = Applied()
        let before = cluster.state.scalars.clusterTime
        cluster.clusterTime = .max
        #expect(cluster.send(.createTask(TaskFields(title: "x")), key: "k") == nil)
        #expect(cluster.state.scalars.clusterTime == before)
        cluster.clusterTime = before + 1
        #expect(cluster.create() != nil)
    }
}
