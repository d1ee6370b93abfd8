#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The seeds to run: `TASKRAFT_SEEDS=17` for one, `TASKRAFT_SEEDS=1-20000` for many.
enum Seeds {
    static let chosen: ClosedRange<UInt64> = {
        guard let value = getenv("TASKRAFT_SEEDS") else { return 1...600 }
        let ends = String(cString: value).split(separator: "-").compactMap { UInt64($0) }
        guard let first = ends.first, let last = ends.last, first > 0, first <= last else {
            preconditionFailure("TASKRAFT_SEEDS is one number or two, as in 1-300.")
        }
        return first...last
    }()
}

/// A broken precondition ends the process without a word in a release build. This says which seed
/// it was.
enum CrashNote {
    /// Called by one test alone, before each run.
    static func began(seed: UInt64) {
        if noteText.isEmpty { install() }
        noteText = Array("the process ended in the run of seed \(seed)\n".utf8)
    }

    private static func install() {
        for number in [SIGILL, SIGTRAP] {
            signal(number) { number in
                noteText.withUnsafeBytes { _ = write(2, $0.baseAddress, $0.count) }
                signal(number, SIG_DFL)
                raise(number)
            }
        }
    }
}

/// Read by the signal handler, so it cannot be behind a lock.
private nonisolated(unsafe) var noteText: [UInt8] = []
