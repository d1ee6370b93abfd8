#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

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
