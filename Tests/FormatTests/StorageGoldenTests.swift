import Foundation
import Raft
import RaftLog
import StateStore
import Testing
import Work

/// What lies on disk: schema and rows as they were released, and opened again from the committed
/// text, as a new version of the program opens what an old one left.
@Suite struct StorageGoldenTests {
    private static let logStep =
        "Logs of this form exist: raise LogMeta.currentFormat, and read the form before as well."
    private static let baseStep =
        "Databases of this form exist: never edit a released step of Schema, add a new one."
    private static let cluster: UInt64 = 0x0102_0304_0506_0708

    private static let entries = [
        Entry(position: Samples.position(1, 1), kind: .noop, payload: []),
        Entry(position: Samples.position(1, 2), kind: .command, payload: Samples.payloads[0].1),
        Entry(
            position: Samples.position(3, 3), kind: .configuration,
            payload: Samples.bytes { Samples.configurations[0].1.encode(into: &$0) }),
    ]
    private static let hardState = HardState(term: Term(3), vote: NodeID(2))
    private static let peer = PeerMemory(
        node: NodeID(2), incarnation: .max, bootCount: 4, term: Term(3),
        last: Samples.position(3, 2))

    /// The job with a trace: the first that machine version 4 puts.
    private let traced = JobID(13)

    private func openLog(_ directory: TemporaryDirectory) throws -> OpenedLog<SQLiteLogStore> {
        try SQLiteLogStore.open(
            directory: directory.path, cluster: Self.cluster, node: NodeID(1), base: .zero,
            makeIncarnation: { 0x3132_3334_3536_3738 }, tailBytes: 1 << 20)
    }

    @Test func `The log is as it was`() throws {
        let directory = try TemporaryDirectory()
        let log = try openLog(directory)
        var batch = LogBatch()
        batch.hardState = Self.hardState
        batch.entries = Self.entries
        try log.store.write(batch)
        try log.store.remember(Self.peer)
        log.store.close()
        let file = DatabaseFile(path: directory.path + "/raft.sqlite")
        let committed = try Golden(name: "log.sql", change: Self.logStep).check(try file.dump())

        let old = try TemporaryDirectory()
        try DatabaseFile(path: old.path + "/raft.sqlite").execute(committed)
        let found = try openLog(old)
        #expect(found.recovered.tail == Self.entries)
        #expect(found.recovered.hardState == Self.hardState)
        #expect(found.recovered.loss == nil)
        #expect(found.peers == [Self.peer])
        #expect(found.identity.incarnation == 0x3132_3334_3536_3738)
        #expect(found.identity.bootCount == log.identity.bootCount + 1)
    }

    @Test func `The mark is as it was`() throws {
        let directory = try TemporaryDirectory()
        let log = try openLog(directory)
        for entry in Self.entries {
            var batch = LogBatch()
            batch.entries = [entry]
            try log.store.write(batch)
            try log.store.syncMark()
        }
        log.store.close()
        let url = URL(fileURLWithPath: directory.path + "/mark")
        let bytes = [UInt8](try Data(contentsOf: url))
        #expect(bytes.count == 4096 + 64)
        let golden = Golden(
            name: "mark.txt", change: "Marks of this form exist: change its magic number.")
        let committed = try golden.check([
            ("first slot", Array(bytes.prefix(64))), ("second slot", Array(bytes.suffix(64))),
        ])

        // A log of which all is lost but the mark.
        let old = try TemporaryDirectory()
        let first = try openLog(old)
        first.store.close()
        let padding = [UInt8](repeating: 0, count: 4096 - 64)
        let mark =
            try #require(committed["first slot"]) + padding
            + (try #require(committed["second slot"]))
        try Data(mark).write(to: URL(fileURLWithPath: old.path + "/mark"))
        #expect(try openLog(old).recovered.loss?.contains("entry 3 of term 3") == true)
    }

    @Test func `The base is as it was`() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/" + Base.fileName
        let (state, batch) = Samples.applied(withJobs: true, withItems: true, withTraces: true)
        do {
            let base = try Base.open(path: path, cluster: Self.cluster).base
            try base.write(batch)
        }
        let file = DatabaseFile(path: path)
        let committed = try Golden(name: "base.sql", change: Self.baseStep).check(try file.dump())

        let old = try TemporaryDirectory()
        let oldPath = old.path + "/" + Base.fileName
        try DatabaseFile(path: oldPath).execute(committed)
        let found = try Base.open(path: oldPath, cluster: Self.cluster).state
        #expect(found.scalars == state.scalars)
        #expect(found.tasks == state.tasks)
        #expect(found.nodes == state.nodes)
        #expect(found.jobs.count == state.jobs.count)
        #expect(found.jobs.job(traced) == state.jobs.job(traced))
        #expect(found.jobs.allQueues == state.jobs.allQueues)
        #expect(found.items.boards == state.items.boards)
        #expect(found.items.users == state.items.users)
        #expect(found.items.tokens == state.items.tokens)
        #expect(found.items.views == state.items.views)
        #expect(found.items.comments == state.items.comments)
    }

    /// Before jobs had traces. The file is never recorded again.
    @Test func `A base of the third version is opened, and its jobs get traces`() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/" + Base.fileName
        try DatabaseFile(path: path).execute(try Golden.text(of: "base-3.sql"))
        var (base, state) = try Base.open(path: path, cluster: Self.cluster)
        #expect(
            state.scalars == Samples.applied(withJobs: true, withItems: true).state.scalars)
        #expect(state.jobs.job(JobID(1)).map { $0.traceparent == nil } == true)
        var batch = RowBatch()
        for (_, payload) in Samples.tracePayloads {
            let index = state.scalars.index + 1
            batch.add(state.apply(index: index, term: 6, payload: payload).applied)
        }
        try base.write(batch)
        (base, state) = try Base.open(path: path, cluster: Self.cluster)
        let expected = Samples.applied(withJobs: true, withItems: true, withTraces: true).state
        #expect(state.scalars == expected.scalars)
        #expect(state.jobs.job(traced)?.traceparent != nil)
        #expect(base.index == state.scalars.index)
    }

    /// Before there were boards and people. The file is never recorded again.
    @Test func `A base of the second version is opened, searched, and gets boards`() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/" + Base.fileName
        try DatabaseFile(path: path).execute(try Golden.text(of: "base-2.sql"))
        var (base, state) = try Base.open(path: path, cluster: Self.cluster)
        #expect(state.scalars == Samples.applied(withJobs: true).state.scalars)
        let query = try TaskQuery(parsing: "written column:done")
        let found = try base.reader().read { try $0.tasks(matching: query, after: nil, at: .zero) }
        #expect(found.tasks.map(\.id) == [TaskID(1)])
        var batch = RowBatch()
        for (_, payload) in Samples.itemPayloads {
            let index = state.scalars.index + 1
            batch.add(state.apply(index: index, term: 6, payload: payload).applied)
        }
        try base.write(batch)
        (base, state) = try Base.open(path: path, cluster: Self.cluster)
        #expect(
            state.scalars == Samples.applied(withJobs: true, withItems: true).state.scalars)
        #expect(base.index == state.scalars.index)
    }

    /// Before there were jobs. The file is never recorded again.
    @Test func `A base of the first version is opened, and gets jobs`() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/" + Base.fileName
        let first = try Golden.text(of: "base-1.sql")
        try DatabaseFile(path: path).execute(first)
        var (base, state) = try Base.open(path: path, cluster: Self.cluster)
        #expect(state.scalars == Samples.applied().state.scalars)
        #expect(state.tasks == Samples.applied().state.tasks)
        var batch = RowBatch()
        for (_, payload) in Samples.jobPayloads.prefix(while: { $0.0 != "expire" }) {
            let index = state.scalars.index + 1
            batch.add(state.apply(index: index, term: 5, payload: payload).applied)
        }
        try base.write(batch)
        (base, state) = try Base.open(path: path, cluster: Self.cluster)
        #expect(state.scalars == Samples.applied(withJobs: true).state.scalars)
        #expect(base.index == state.scalars.index)
    }

    @Test func `The tables in MySQL are as they were`() throws {
        let statements = [Schema.identity(.mysql)] + Schema.steps(.mysql).joined()
        let text = statements.map { $0 + ";\n" }.joined()
        _ = try Golden(name: "mysql.sql", change: Self.baseStep).check(text)
        #expect(Schema.steps(.mysql).count == Schema.steps(.sqlite).count)
    }
}
