import CSQLite
import FaultyDisk
import Foundation
import Raft
import RaftLog
import Synchronization
import Testing

/// Every operation on the disk fails once: the log says so, stops, and keeps what it acknowledged.
@Suite("A log on a failing disk")
struct DiskFaultTests {
    @Test(
        "throws, and keeps what was acknowledged",
        arguments: [FaultyDisk.Fault.fail, .full])
    func eachOperation(fault: FaultyDisk.Fault) throws {
        let script = LogScript.life
        var number = 0
        var silent = 0
        while let outcome = OneFault(at: number, fault, in: { try script.run(on: $0) }) {
            let place: Comment = "\(fault), \(outcome.operation), \(outcome.error as Any)"
            if let failure = outcome.error {
                let error = try #require(failure as? LogStoreError, place)
                #expect(names(error, fault, outcome.operation), place)
            } else {
                silent += 1
                #expect(maySilentlyFail(outcome.operation, in: script), place)
            }
            try checkKept(outcome, script.allowed(at: outcome.disk.milestone))
            number += 1
        }
        print("log, \(fault): each of \(number) operations, \(silent) without an error")
        #expect(number > 150 && silent < 40)
    }

    private func checkKept(_ outcome: OneFault, _ allowed: [LogContent]) throws {
        let seed = UInt64(outcome.operation.number)
        for survival in [.nothing, .sectors(seed: seed)] as [DiskImage.Survival] {
            let place: Comment = "\(outcome.operation), \(survival)"
            let left = outcome.disk.image.afterPowerCut(survival)
            let found = try #require(Found.open(left), place)
            #expect(found.loss == nil, place)
            #expect(allowed.contains { $0.holdsSame(as: found.content) }, place)
        }
    }

    /// Whether the error says what failed, with the file.
    private func names(
        _ error: LogStoreError, _ fault: FaultyDisk.Fault, _ operation: FaultyDisk.Operation
    ) -> Bool {
        guard error.description.contains("/faulty-disk-") else { return false }
        let isWrite = [.write, .resize, .create].contains(operation.kind)
        switch error {
        case .sqlite(let code, _, _):
            // SQLite calls every file that it cannot make SQLITE_CANTOPEN.
            let isFull = fault == .full && isWrite && operation.kind != .create
            return (code & 0xff == SQLITE_FULL) == isFull
        case .system(_, _, let code):
            return fault == .full && isWrite ? code == ENOSPC : code == EIO
        default: return false
        }
    }

    /// SQLite does not look at the sync of a directory, so the opening repeats it. And nobody
    /// relies on what closing does: it moves what is durable already.
    private func maySilentlyFail(
        _ operation: FaultyDisk.Operation, in script: LogScript
    ) -> Bool {
        if case .close = script.steps[operation.milestone] { return true }
        return operation.kind == .syncNames
    }

    @Test("stops at the first error, although the disk would go on")
    func stops() throws {
        for kind in [FaultyDisk.Kind.write, .sync] {
            let struck = Struck()
            let disk = FaultyDisk()
            let store = try disk.openLog().store
            try store.write(batch(entries: entries(1...2)))
            disk.follow { operation in
                struck.operation.withLock { first in
                    guard first == nil, operation.kind == kind else { return nil }
                    first = operation
                    return .fail
                }
            }
            #expect(throws: LogStoreError.self) { try store.write(batch(entries: [entry(3)])) }
            #expect(struck.operation.withLock { $0 != nil })
            let operations = disk.operations
            for again in 1...2 {
                let error = #expect(throws: LogStoreError.self) {
                    try store.write(batch(entries: [entry(3)]))
                }
                guard case .failedEarlier = error else {
                    Issue.record("\(kind), \(again): \(error as Any)")
                    continue
                }
            }
            #expect(throws: LogStoreError.self) { try store.readAll() }
            #expect(throws: LogStoreError.self) { try store.syncMark() }
            #expect(disk.operations == operations)
            store.close()
            let found = try Found(disk.image.afterPowerCut(.nothing))
            #expect(found.content.entries == entries(1...2))
            #expect(found.loss == nil)
        }
    }

    @Test("throws if it cannot read, rather than take it for a loss")
    func eachRead() throws {
        let life = FaultyDisk()
        try LogScript.life.run(on: life)
        for image in [life.image, try Found(life.image).image] {
            let truth = try Found(image).content
            var number = 0
            var isOver = false
            while !isOver {
                let struck = Struck()
                let wanted = number
                let disk = FaultyDisk(image) { operation in
                    guard operation.kind == .read, operation.number == wanted else { return nil }
                    struck.operation.withLock { $0 = operation }
                    return .fail
                }
                let result = Result {
                    let log = try disk.openLog()
                    return (log.recovered, try log.store.readAll())
                }
                disk.cutPower()
                isOver = struck.operation.withLock { $0 == nil }
                switch result {
                case .success(let (recovered, entries)):
                    // SQLite may ask again.
                    #expect(recovered.loss == nil && entries == truth.entries, "read \(number)")
                case .failure(let error):
                    #expect("\(error)".contains("/faulty-disk-"), "read \(number)")
                }
                number += 1
            }
            print("log, failed reads: \(number) scenarios")
            #expect(number > 10)
        }
    }
}
