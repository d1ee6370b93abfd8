// One fuzz target under libFuzzer, whose options and corpus are the arguments. The target is named
// by the environment, because libFuzzer starts itself again with the arguments when it merges.
import CFuzzer
import FuzzTargets

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

let target = namedTarget()

func namedTarget() -> FuzzTarget {
    let name = getenv("TASKRAFT_FUZZ_TARGET").map { String(cString: $0) } ?? ""
    if let target = FuzzTarget(rawValue: name) { return target }
    print(FuzzTarget.allCases.map(\.rawValue).joined(separator: "\n"))
    exit(2)
}

/// What an input of so many bytes may allocate, freed at once or not: hostile lengths and counts
/// take no more memory than honest ones that come with their bytes.
func allocationsMax(_ size: Int) -> Int { 96 << 10 + size << 10 }

fuzzer_count_allocations()
var count = CommandLine.argc
var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
let status = LLVMFuzzerRunDriver(&count, &arguments) { start, size in
    let bytes = Array(UnsafeBufferPointer(start: start, count: size))
    let before = fuzzer_allocated()
    do {
        _ = try target.check(bytes)
    } catch {
        fatalError("\(target.rawValue): \(error)")
    }
    let taken = fuzzer_allocated() - before
    if taken > allocationsMax(size) {
        fatalError("\(target.rawValue): \(size) bytes made it allocate \(taken)")
    }
    return 0
}
exit(status)
