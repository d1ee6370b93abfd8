import Client
import Testing

@Suite struct RetryPlanTests {
    private let policy = RetryPolicy(deadline: .seconds(10), refusedDeadline: .seconds(1))
    private let busy = AttemptFailure.unavailable(Problem(status: 503, title: "Busy"))

    private func plan(bases: Int, isWrite: Bool = true) -> RetryPlan {
        RetryPlan(policy: policy, bases: bases, isWrite: isWrite, key: "k")
    }

    @Test func `other nodes are tried at once, and a pause comes after all had their turn`() {
        var plan = plan(bases: 3)
        #expect(plan.failed(busy, elapsed: .zero, jitter: 1) == .tryNext(after: .zero))
        #expect(plan.failed(busy, elapsed: .zero, jitter: 1) == .tryNext(after: .zero))
        #expect(plan.failed(busy, elapsed: .zero, jitter: 1) == .tryNext(after: .milliseconds(50)))
    }

    @Test func `pauses double up to a bound, and chance halves them at most`() {
        var plan = plan(bases: 1)
        let pauses = (0..<7).map { _ in plan.failed(busy, elapsed: .zero, jitter: 0) }
        let expected = [25, 50, 100, 200, 400, 400, 400]
        #expect(pauses == expected.map { .tryNext(after: .milliseconds($0)) })
    }

    @Test func `a node may ask for a longer pause, within reason`() {
        var problem = Problem(status: 503, title: "Busy")
        problem.retryAfter = 1
        var plan = plan(bases: 1)
        #expect(
            plan.failed(.unavailable(problem), elapsed: .zero, jitter: 1)
                == .tryNext(after: .seconds(1)))
        problem.retryAfter = 3600
        #expect(
            plan.failed(.unavailable(problem), elapsed: .zero, jitter: 1)
                == .tryNext(after: .seconds(2)))
    }

    @Test func `without any listener it gives up early, but only after trying every node`() {
        var plan = plan(bases: 2)
        let refused = AttemptFailure.refused("refused")
        #expect(plan.failed(refused, elapsed: .seconds(2), jitter: 0) == .tryNext(after: .zero))
        #expect(
            plan.failed(refused, elapsed: .seconds(3), jitter: 0)
                == .giveUp(.unreachable("refused (2 attempts)")))
    }

    @Test func `one lost attempt makes the outcome of a write unknown for good`() {
        var plan = plan(bases: 1)
        _ = plan.failed(.lost("broke off"), elapsed: .zero, jitter: 0)
        #expect(plan.mayHaveHappened)
        guard
            case .giveUp(.unknownOutcome(_, key: "k")) = plan.failed(
                busy, elapsed: .seconds(10), jitter: 0)
        else {
            Issue.record("a later refusal says nothing about the lost attempt")
            return
        }
    }

    @Test func `a read is never of unknown outcome`() {
        var plan = plan(bases: 1, isWrite: false)
        let step = plan.failed(.lost("broke off"), elapsed: .seconds(10), jitter: 0)
        #expect(step == .giveUp(.unavailable("broke off")))
    }
}
