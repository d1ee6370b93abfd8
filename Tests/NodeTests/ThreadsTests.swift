import Foundation
import Synchronization
import Testing

import Node

struct ThreadsTests {
    /// What the system's tools say of a thread is looked up by its name: each must have it from its
    /// first line on, however the thread that started it is scheduled meanwhile.
    @Test func aThreadBearsItsName() async {
        let count = 300
        let seen = Mutex<[String]>([])
        let (ended, end) = AsyncStream.makeStream(of: Void.self)
        for _ in 0..<count {
            Threads.start("test-thread") {
                let name = try? String(contentsOfFile: "/proc/thread-self/comm", encoding: .utf8)
                seen.withLock { $0.append(name ?? "unreadable") }
                end.yield()
            }
        }
        var left = count
        for await _ in ended {
            left -= 1
            if left == 0 { break }
        }
        #expect(seen.withLock { $0 } == Array(repeating: "test-thread\n", count: count))
    }
}
