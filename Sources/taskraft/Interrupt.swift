import Console
import Dispatch
import Foundation
import Synchronization

/// Takes note of Ctrl-C, SIGTERM and a closed terminal, from its creation on.
final class Interrupt {
    private final class Counter: Sendable {
        let count = Atomic(0)
    }

    private let counter = Counter()
    private var sources: [any DispatchSourceSignal] = []

    init() {
        for number in [SIGINT, SIGTERM, SIGHUP] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { [counter] in
                counter.count.wrappingAdd(1, ordering: .relaxed)
            }
            source.resume()
            sources.append(source)
        }
    }

    var isAsked: Bool { counter.count.load(ordering: .relaxed) > 0 }
    /// Asked more than once.
    var isUrged: Bool { counter.count.load(ordering: .relaxed) > 1 }

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
