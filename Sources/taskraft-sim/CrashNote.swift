#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A broken precondition ends the process without a word in a release build. This says which
/// seeds were running, and how to run them again.
enum CrashNote {
    static let jobsMax = 64

    static func install(arguments: String) {
        noteText = Array(arguments.utf8)
        for number in [SIGILL, SIGTRAP] {
            signal(number) { number in
                print("\nthe process ended; one of these replays it:")
                for seed in noteSeeds where seed != 0 {
                    let arguments = String(decoding: noteText, as: UTF8.self)
                    print("taskraft-sim run --seed \(seed)" + arguments)
                }
                fflush(nil)
                signal(number, SIG_DFL)
                raise(number)
            }
        }
    }

    static func began(seed: UInt64, job: Int) { noteSeeds[job] = seed }

    static func ended(job: Int) { noteSeeds[job] = 0 }
}

/// Read by the signal handler, so they cannot be behind a lock. Each job writes its own place.
private nonisolated(unsafe) var noteSeeds = [UInt64](repeating: 0, count: CrashNote.jobsMax)
private nonisolated(unsafe) var noteText: [UInt8] = []
