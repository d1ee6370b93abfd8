import Foundation
import Simulator
import Synchronization

/// Many seeds, run by several threads: what is left to do, and what came of the rest.
final class Campaign: Sendable {
    private struct State {
        var progress: Progress
        var next: UInt64
        /// So many violations were made smaller, or are about to be.
        var shrunken = 0
    }

    private let state: Mutex<State>
    private let options: Simulation.Options
    private let story: Story
    private let start = ContinuousClock.now
    private let secondsBefore: Double
    /// Called by the threads as they come to an end of a seed.
    private let show: @Sendable (Simulation.Outcome, Failure?) -> Void

    /// To make a violation smaller takes a while: it is done for the first ones only.
    private static let shrunkenMax = 3
    /// Deep recursion of none, but deinitialisers of long lists.
    private static let stackSize = 8 << 20

    init(
        _ progress: Progress, _ options: Simulation.Options, _ story: Story,
        show: @escaping @Sendable (Simulation.Outcome, Failure?) -> Void
    ) {
        state = Mutex(State(progress: progress, next: progress.next))
        secondsBefore = progress.totals.seconds
        self.options = options
        self.story = story
        self.show = show
    }

    /// What is done by now.
    var progress: Progress {
        var progress = state.withLock { $0.progress }
        progress.totals.seconds = secondsBefore + (ContinuousClock.now - start) / .seconds(1)
        return progress
    }

    /// Runs what is left, or until somebody interrupts; `look` is called now and then.
    func run(jobs: Int, look: (Progress) -> Void) {
        let group = DispatchGroup()
        for job in 0..<min(jobs, CrashNote.jobsMax) {
            group.enter()
            let thread = Thread { [self] in
                work(job)
                group.leave()
            }
            thread.stackSize = Self.stackSize
            thread.start()
        }
        while group.wait(timeout: .now() + .milliseconds(100)) == .timedOut { look(progress) }
        look(progress)
    }

    private func work(_ job: Int) {
        while !Interruption.isAsked, let seed = take() {
            CrashNote.began(seed: seed, job: job)
            let outcome = Simulation.run(seed: seed, options: options)
            let failure = story.failure(outcome, options, shrinks: mayShrink(outcome))
            state.withLock { $0.progress.finish(outcome, failure) }
            show(outcome, failure)
        }
        CrashNote.ended(job: job)
    }

    private func take() -> UInt64? {
        state.withLock { state in
            while state.progress.isDone(state.next) { state.next += 1 }
            guard state.next < state.progress.end else { return nil }
            defer { state.next += 1 }
            return state.next
        }
    }

    private func mayShrink(_ outcome: Simulation.Outcome) -> Bool {
        guard outcome.violation != nil else { return false }
        return state.withLock { state in
            state.shrunken += 1
            return state.shrunken <= Self.shrunkenMax
        }
    }
}
