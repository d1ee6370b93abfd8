import Foundation
import Raft
import RaftLog
import Testing

@Suite("Opening a log on disk")
struct OpeningTests {
    @Test("makes the directory for this user alone")
    func makesDirectory() throws {
        let directory = try TestDirectory()
        try directory.open().store.close()
        let attributes = try FileManager.default.attributesOfItem(atPath: directory.path)
        #expect(attributes[.posixPermissions] as? Int == 0o700)
    }

    @Test("sets SQLite up so that a commit is durable")
    func settings() throws {
        let store = try TestDirectory().openStore().store
        #expect(try store.setting("journal_mode") == "wal")
        #expect(try store.setting("synchronous") == "2")
        #expect(try store.setting("wal_autocheckpoint") == "0")
        #expect(try store.setting("locking_mode") == "normal")
    }

    @Test("refuses a directory whose log is missing, if the mark says it was used")
    func missingLog() throws {
        let directory = try TestDirectory()
        try directory.open().store.close()
        try directory.remove("raft.sqlite")
        for _ in 0..<2 {
            let error = #expect(throws: LogStoreError.self) { try directory.open() }
            #expect(error?.description.contains("the log is missing") == true)
            #expect(error?.description.contains(directory.file("mark")) == true)
        }
        // An empty file is no log either.
        try Data().write(to: URL(fileURLWithPath: directory.file("raft.sqlite")))
        let error = #expect(throws: LogStoreError.self) { try directory.open() }
        #expect(error?.description.contains("the log is missing") == true)
    }

    @Test("refuses a new log beside a base that was used", arguments: StoreKind.allCases)
    func baseWithoutLog(kind: StoreKind) throws {
        let disk = try kind.makeDisk()
        let error = #expect(throws: LogStoreError.self) { try disk.open(base: position(3)) }
        #expect(error?.description.contains("the base at entry 3") == true)
        _ = try disk.open()
    }

    @Test("takes a file without tables for a new one: a crash while it was made")
    func emptyFile() throws {
        let directory = try TestDirectory()
        try directory.take([], from: directory)
        try Data().write(to: URL(fileURLWithPath: directory.file("raft.sqlite")))
        #expect(try directory.open().identity.bootCount == 1)
    }

    @Test("refuses a database of something else")
    func foreignDatabase() throws {
        let directory = try TestDirectory()
        try directory.take([], from: directory)
        try directory.edit("CREATE TABLE songs (title TEXT)")
        let error = #expect(throws: LogStoreError.self) { try directory.open() }
        #expect(error?.description.contains("songs") == true)
    }

    @Test("finds what a killed process committed")
    func afterACrash() throws {
        let directory = try TestDirectory()
        let log = try directory.open()
        let state = HardState(term: Term(2), vote: NodeID(3))
        try log.store.write(batch(entries: entries(1...3, term: 2), hardState: state))
        let found = try directory.copyAsAfterCrash().open()
        #expect(found.recovered.tail == entries(1...3, term: 2))
        #expect(found.recovered.hardState == state)
        #expect(found.recovered.loss == nil)
        #expect(found.identity.bootCount == 2)
    }

    @Test("empties the write-ahead log into the database")
    func checkpoints() throws {
        let directory = try TestDirectory()
        let log = try directory.open()
        try log.write(entries(1...3))
        let crashed = try directory.copyAsAfterCrash()
        #expect(try crashed.size("raft.sqlite-wal") > 0)
        let again = try crashed.open()
        #expect(try crashed.size("raft.sqlite-wal") == 0)
        #expect(again.recovered.last == position(3))
    }
}
