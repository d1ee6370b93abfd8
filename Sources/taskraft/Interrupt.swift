import Console
import Dispatch
import Foundation
import Synchronization

/// Takes note of Ctrl-C, SIGTERM and a closed terminal, from its creation on.
final class Interrupt {
    /// How often it was asked for: to be handed on to tasks.
    final class Counter: Sendable {
        private let count = Atomic(0)

        var isAsked: Bool { count.load(ordering: .relaxed) > 0 }
        /// Returns when it is asked for, or the task is cancelled.
        func wait() async {
            while !isAsked, (try? await Task.sleep(for: .milliseconds(50))) != nil {}
        }
        /// Asked more than once.
        var isUrged: Bool { count.load(ordering: .relaxed) > 1 }
        fileprivate func add() { count.wrappingAdd(1, ordering: .relaxed) }
    }

    let counter = Counter()
    private var sources: [any DispatchSourceSignal] = []

    init() {
        for number in [SIGINT, SIGTERM, SIGHUP] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { [counter] in counter.add() }
            source.resume()
            sources.append(source)
        }
    }

    var isAsked: Bool { counter.isAsked }

    /// Returns when it is asked for, or no node lives any more; meanwhile tells which nodes come
    /// and go.
    func wait(watching cluster: LocalCluster) async {
        var known = cluster.living()
        while !isAsked {
            let living = cluster.living()
            for id in known where !living.contains(id) { Terminal.error.line("n\(id) has ended") }
            for id in living where !known.contains(id) { Terminal.error.line("n\(id) runs again") }
            if living.isEmpty { return Terminal.error.line("no node is left") }
            known = living
            try? await Task.sleep(for: .milliseconds(100))
        }
    }
}
