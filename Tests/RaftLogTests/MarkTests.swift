import Foundation
import Raft
import RaftLog
import Testing

/// The mark must speak up when the log lost something, and never otherwise.
@Suite("The mark")
struct MarkTests {
    @Test("is a witness as soon as it is synced, not before")
    func lowerBound() throws {
        let directory = try TestDirectory()
        let log = try directory.open()
        let empty = try directory.copyAsAfterCrash()
        try log.write(entries(1...4))
        let unsynced = try directory.copyAsAfterCrash()
        try log.store.syncMark()
        let synced = try directory.copyAsAfterCrash()

        try unsynced.take(TestDirectory.database, from: empty)
        #expect(try unsynced.open().recovered.loss == nil)
        try synced.take(TestDirectory.database, from: empty)
        #expect(try synced.open().recovered.loss?.contains("entry 4") == true)
    }

    @Test("claims no loss if the machine stops on either side of a truncation")
    func loweredBeforeTruncation() throws {
        let directory = try TestDirectory()
        let log = try directory.open()
        try log.write(entries(1...3) + entries(4...8, term: 3))
        try log.store.syncMark()
        let before = try directory.copyAsAfterCrash()
        // A later leader may bring entries of a lower term.
        try log.store.write(batch(entries: entries(4...5, term: 2), truncateFrom: 4))
        let after = try directory.copyAsAfterCrash()

        #expect(try after.copyAsAfterCrash().open().recovered.loss == nil)
        // The mark was lowered, the transaction did not happen.
        let between = try after.copyAsAfterCrash()
        try between.take(TestDirectory.database, from: before)
        #expect(try between.open().recovered.loss == nil)
        // The other order would have been wrong.
        let wrong = try before.copyAsAfterCrash()
        try wrong.take(TestDirectory.database, from: after)
        #expect(try wrong.open().recovered.loss != nil)
    }

    @Test("claims no loss after a truncation if one slot is damaged", arguments: [0, 4096])
    func loweredInBothSlots(slot: Int) throws {
        let directory = try TestDirectory()
        let log = try directory.open()
        for index in 1...8 as ClosedRange<UInt64> {
            try log.write([entry(index)])
            try log.store.syncMark()
        }
        try log.store.write(batch(truncateFrom: 4))
        let crashed = try directory.copyAsAfterCrash()
        try crashed.flip("mark", at: slot + 25)
        let recovered = try crashed.open().recovered
        #expect(recovered.loss == nil && recovered.last == position(3))
    }

    @Test("still is a witness if the newer slot is damaged, for one step less")
    func olderSlot() throws {
        let directory = try TestDirectory()
        let log = try directory.open()
        let empty = try directory.copyAsAfterCrash()
        for index in [1, 2] as [UInt64] {
            try log.write([entry(index)])
            try log.store.syncMark()
        }
        for slot in [0, 4096] {
            let crashed = try directory.copyAsAfterCrash()
            try crashed.take(TestDirectory.database, from: empty)
            try crashed.flip("mark", at: slot + 8)
            #expect(try crashed.open().recovered.loss?.contains("was acknowledged") == true)
        }
    }

    @Test("claims no loss if the machine stops on either side of the healing")
    func loweredBeforeHealing() throws {
        let directory = try TestDirectory()
        var log = try directory.open()
        try log.write(entries(1...8))
        log.store.close()
        try directory.edit("DELETE FROM entries WHERE idx > 4")
        log = try directory.open()
        // What was lost was never committed: the leader's log is shorter.
        try log.write([entry(5, term: 2)])
        let before = try directory.copyAsAfterCrash()
        try log.store.write(batch(healed: true))
        let after = try directory.copyAsAfterCrash()

        #expect(try after.copyAsAfterCrash().open().recovered.loss == nil)
        #expect(try before.copyAsAfterCrash().open().recovered.loss != nil)
        let between = try after.copyAsAfterCrash()
        try between.take(TestDirectory.database, from: before)
        #expect(try between.open().recovered.loss != nil)
    }

    @Test("does not follow the log while a loss is not healed")
    func staysAsEvidence() throws {
        let directory = try TestDirectory()
        var log = try directory.open()
        try log.write(entries(1...4))
        let old = try directory.copyAsAfterCrash()
        try log.write(entries(5...8))
        log.store.close()
        try directory.edit("DELETE FROM entries WHERE idx > 4")
        log = try directory.open()
        try log.write([entry(5, term: 2)])
        try log.store.syncMark()
        log.store.close()
        // The database that knew of the loss is lost as well.
        try directory.take(TestDirectory.database, from: old)
        #expect(try directory.open().recovered.loss?.contains("entry 8") == true)
    }

    @Test("is made anew if it is missing")
    func missing() throws {
        let directory = try TestDirectory()
        var log = try directory.open()
        try log.write(entries(1...3))
        log.store.close()
        try directory.remove("mark")
        log = try directory.open()
        #expect(log.recovered.loss == nil)
        log.store.close()
        try directory.edit("DELETE FROM entries WHERE idx = 3")
        #expect(try directory.open().recovered.loss?.contains("entry 3") == true)
    }
}
