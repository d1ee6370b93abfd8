import Foundation
import Raft
import RaftLog
import Testing

@Suite("The write-ahead log")
struct WriteAheadTests {
    private static let headerSize = 32
    private static let frameSize = 24 + 4096

    /// Six transactions, none of them checkpointed, the mark not synced, and no process left.
    private func makeCrashed() throws -> (directory: TestDirectory, frames: Int) {
        let directory = try TestDirectory()
        let log = try directory.open()
        try log.write(entries(1...6))
        let crashed = try directory.copyAsAfterCrash()
        log.store.close()
        let size = try crashed.size("raft.sqlite-wal")
        return (crashed, (size - Self.headerSize) / Self.frameSize)
    }

    @Test("reports a loss if a frame is damaged that others were built on", arguments: [8, 16, 90])
    func damagedFrame(offset: Int) throws {
        let frames = try makeCrashed().frames
        try #require(frames >= 6)
        for frame in 0..<frames - 1 {
            let (directory, _) = try makeCrashed()
            try directory.flip(
                "raft.sqlite-wal", at: Self.headerSize + frame * Self.frameSize + offset)
            var log = try directory.open()
            #expect(log.recovered.loss?.contains("frame \(frame + 1) is damaged") == true)
            #expect(log.recovered.last.index < LogIndex(6))
            log.store.close()
            log = try directory.open()
            #expect(log.recovered.loss?.contains("frame \(frame + 1)") == true)
        }
    }

    @Test("reports a loss if its header is damaged, without which SQLite reads none of it")
    func damagedHeader() throws {
        for offset in 0..<Self.headerSize {
            let (directory, _) = try makeCrashed()
            try directory.flip("raft.sqlite-wal", at: offset)
            var log = try directory.open()
            #expect(log.recovered.loss?.contains("header is damaged") == true)
            log.store.close()
            log = try directory.open()
            #expect(log.recovered.loss?.contains("header is damaged") == true)
        }
    }

    @Test("takes a torn last transaction for one that was never acknowledged")
    func tornEnd() throws {
        let (directory, frames) = try makeCrashed()
        try directory.flip(
            "raft.sqlite-wal", at: Self.headerSize + (frames - 1) * Self.frameSize + 90)
        let recovered = try directory.open().recovered
        #expect(recovered.loss == nil)
        #expect(recovered.tail == entries(1...5))
    }

    @Test("cut short at any frame is what a crash leaves")
    func cutShort() throws {
        let (directory, frames) = try makeCrashed()
        for frame in 0..<frames {
            let cut = try directory.copyAsAfterCrash()
            let url = URL(fileURLWithPath: cut.file("raft.sqlite-wal"))
            let length = Self.headerSize + frame * Self.frameSize + 1_000
            try Data(contentsOf: url).prefix(length).write(to: url)
            #expect(try cut.open().recovered.loss == nil)
        }
    }

    @Test("is moved home by maintenance, and starts anew")
    func maintenance() throws {
        let directory = try TestDirectory()
        let store = try directory.openStore().store
        var next: UInt64 = 1
        var largest = 0
        for _ in 0..<10 {
            while try store.pagesToMove() < 500 {
                try store.write(batch(entries: entries(next...next + 63, bytes: 1_000)))
                next += 64
            }
            largest = max(largest, try store.pagesToMove())
            try store.maintain()
            #expect(try store.pagesToMove() == 0)
        }
        #expect(largest < 600)
        #expect(try directory.size("raft.sqlite-wal") < 700 * Self.frameSize)
        #expect(try store.readAll().count == Int(next - 1))
    }

    @Test("is bounded without maintenance")
    func bounded() throws {
        let directory = try TestDirectory()
        let store = try directory.openStore().store
        for batchNumber in 0..<150 as Range<UInt64> {
            let first = batchNumber * 64 + 1
            try store.write(batch(entries: entries(first...first + 63, bytes: 4_000)))
        }
        #expect(try store.pagesToMove() < 2_200)
        #expect(try directory.size("raft.sqlite-wal") < 2_300 * Self.frameSize)
    }
}
