import Foundation
import Synchronization

/// The first Ctrl-C asks to come to an end, the second one ends the process.
enum Interruption {
    private static let asked = Atomic(false)

    static var isAsked: Bool { asked.load(ordering: .relaxed) }

    static func install() {
        // Looked at once, so that the handler finds it made.
        _ = isAsked
        for number in [SIGINT, SIGTERM] {
            signal(number) { number in
                Interruption.asked.store(true, ordering: .relaxed)
                signal(number, SIG_DFL)
            }
        }
    }
}
