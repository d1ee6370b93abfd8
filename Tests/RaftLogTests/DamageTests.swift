import Foundation
import Raft
import RaftLog
import Testing

/// What a damaged log says when it is opened: nothing that was acknowledged goes in silence.
@Suite("A damaged log on disk")
struct DamageTests {
    /// A closed log of eight entries.
    private func makeLog() throws -> TestDirectory {
        let directory = try TestDirectory()
        let log = try directory.open()
        let state = HardState(term: Term(1), vote: NodeID(2))
        try log.store.write(batch(entries: entries(1...8), hardState: state))
        log.store.close()
        return directory
    }

    @Test(
        "ends before the damaged row and reports a loss",
        arguments: [
            "payload = x'00'", "crc = crc + 1", "crc = -1", "chain = chain + 1", "term = 0",
            "term = 2", "kind = 0", "kind = 77", "idx = 100",
        ])
    func damagedRow(change: String) throws {
        let directory = try makeLog()
        try directory.edit("UPDATE entries SET \(change) WHERE idx = 5")
        let log = try directory.open()
        #expect(log.recovered.tail == entries(1...4))
        #expect(log.recovered.truncateFrom == LogIndex(5))
        #expect(log.recovered.loss?.contains("entry 5") == true)
        #expect(try log.store.readAll() == entries(1...4))
        try log.write(entries(5...6, term: 2))
        log.store.close()
        #expect(try directory.open().recovered.last == position(6, term: 2))
    }

    @Test("reports a loss until it is healed, across openings")
    func lossStays() throws {
        let directory = try makeLog()
        try directory.edit("DELETE FROM entries WHERE idx > 6")
        for _ in 0..<3 {
            let log = try directory.open()
            #expect(log.recovered.loss?.contains("entry 8 of term 1 was acknowledged") == true)
            try log.store.syncMark()
            log.store.close()
        }
        var log = try directory.open()
        try log.store.write(batch(healed: true))
        log.store.close()
        log = try directory.open()
        #expect(log.recovered.loss == nil)
        #expect(log.recovered.last == position(6))
    }

    @Test("keeps the loss although a longer log hides it")
    func lossIsNotOutgrown() throws {
        let directory = try makeLog()
        try directory.edit("DELETE FROM entries WHERE idx > 6")
        var log = try directory.open()
        try log.write(entries(7...12, term: 2))
        log.store.close()
        log = try directory.open()
        #expect(log.recovered.loss != nil)
    }

    @Test("uses the other copy of the hard state and repairs it", arguments: [1, 2])
    func oneHardState(copy: Int) throws {
        let directory = try makeLog()
        try directory.edit("UPDATE hard_state SET vote = 3 WHERE copy = \(copy)")
        for _ in 0..<2 {
            let log = try directory.open()
            #expect(log.recovered.hardState == HardState(term: Term(1), vote: NodeID(2)))
            #expect(log.recovered.loss == nil)
            log.store.close()
            // The one that was good before is no longer needed.
            try directory.edit("DELETE FROM hard_state WHERE copy = \(3 - copy)")
        }
    }

    @Test(
        "does not start without a hard state",
        arguments: [
            "UPDATE hard_state SET term = 0", "UPDATE hard_state SET crc = 0",
            "UPDATE hard_state SET vote = NULL", "DELETE FROM hard_state",
            // A copy in the place of the other is none.
            "UPDATE hard_state SET copy = copy + 2; UPDATE hard_state SET copy = 5 - copy",
        ])
    func noHardState(change: String) throws {
        let directory = try makeLog()
        try directory.edit(change)
        let error = #expect(throws: LogStoreError.self) { try directory.open() }
        #expect(error?.description.contains("hard state") == true)
        #expect(error?.description.contains(directory.file("raft.sqlite")) == true)
    }

    @Test(
        "does not start when it cannot tell whose it is",
        arguments: ["node = 2", "boot_count = 0", "start_idx = 3", "loss = 'x'", "crc = 0"])
    func damagedMeta(change: String) throws {
        let directory = try makeLog()
        try directory.edit("UPDATE meta SET \(change)")
        let error = #expect(throws: LogStoreError.self) { try directory.open() }
        #expect(error?.description.contains("does not match its checksum") == true)
    }

    @Test("does not start in a format of a later program")
    func laterFormat() throws {
        let directory = try makeLog()
        try directory.edit("UPDATE meta SET format = 2")
        let error = #expect(throws: LogStoreError.self) { try directory.open() }
        #expect(error?.description.contains("format 2") == true)
    }

    @Test("forgets a damaged memory of a peer, and says so")
    func damagedPeer() throws {
        let directory = try makeLog()
        let log = try directory.open()
        let peers = [2, 3].map {
            PeerMemory(node: NodeID($0), incarnation: 5, bootCount: 9, term: Term(1))
        }
        for peer in peers { try log.store.remember(peer) }
        log.store.close()
        try directory.edit("UPDATE peers SET boot_count = 1 WHERE node = 2")
        let again = try directory.open()
        #expect(again.peers == [peers[1]])
        #expect(again.recovered.loss?.contains("peer n2") == true)
    }

    @Test("throws when a row changed while it was open, and stops")
    func damagedWhileOpen() throws {
        let directory = try makeLog()
        let log = try directory.open()
        try directory.edit("UPDATE entries SET payload = x'00' WHERE idx = 5")
        let store = log.store
        #expect(
            try store.read(from: LogIndex(1), through: LogIndex(4), byteLimit: .max)
                == entries(1...4))
        let error = #expect(throws: LogStoreError.self) { try store.readAll() }
        #expect(error?.description.contains("entry 5 does not match") == true)
        #expect(throws: LogStoreError.self) { try log.write([entry(9)]) }
    }

    @Test("says which file is damaged if SQLite cannot read it", arguments: [0, 4096 + 3])
    func damagedFile(offset: Int) throws {
        let directory = try makeLog()
        try directory.flip("raft.sqlite", at: offset)
        let error = #expect(throws: LogStoreError.self) { try directory.open() }
        #expect(error?.description.contains(directory.file("raft.sqlite")) == true)
        #expect(error?.description.contains("join again as a new member") == true)
    }

    @Test("reports a loss when an old copy of the database comes back")
    func oldCopy() throws {
        let directory = try makeLog()
        let old = try directory.copyAsAfterCrash()
        let log = try directory.open()
        try log.store.write(batch(entries: entries(8...8, term: 2), truncateFrom: 8))
        log.store.close()
        try directory.take(TestDirectory.database, from: old)
        // As long as the later one, but with another entry at the mark.
        let recovered = try directory.open().recovered
        #expect(recovered.last == position(8))
        #expect(recovered.loss?.contains("entry 8 of term 2 was acknowledged") == true)
    }
}
