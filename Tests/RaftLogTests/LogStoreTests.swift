import Raft
import RaftLog
import Testing

/// What every log store has to do.
@Suite("A log store")
struct LogStoreTests {
    @Test("is empty at first, with an incarnation and a first boot", arguments: StoreKind.allCases)
    func startsEmpty(kind: StoreKind) throws {
        let log = try kind.makeDisk().open()
        #expect(log.identity.cluster == 7 && log.identity.node == NodeID(1))
        #expect(log.identity.incarnation != 0 && log.identity.bootCount == 1)
        #expect(log.recovered.hardState == HardState())
        #expect(log.recovered.last == .zero && log.recovered.start == .zero)
        #expect(log.recovered.loss == nil && log.recovered.truncateFrom == nil)
        #expect(log.peers.isEmpty)
        #expect(try log.store.readAll() == [])
    }

    @Test("gives back what was written, after it was opened anew", arguments: StoreKind.allCases)
    func keepsEverything(kind: StoreKind) throws {
        let disk = try kind.makeDisk()
        let written = [
            Entry(position: position(1), kind: .noop, payload: []),
            Entry(position: position(2), kind: .configuration, payload: [1, 2, 0, 0]),
            entry(3, term: 4, bytes: 70_000),
        ]
        let state = HardState(term: Term(4), vote: NodeID(9))
        let first = try disk.open()
        try first.store.write(batch(entries: written, hardState: state))
        first.store.close()

        let second = try disk.open()
        #expect(second.recovered.hardState == state)
        #expect(second.recovered.tail == written)
        #expect(second.recovered.last == position(3, term: 4))
        #expect(second.recovered.runs == [position(1), position(3, term: 4)])
        #expect(second.recovered.loss == nil)
        #expect(try second.store.readAll() == written)
    }

    @Test("keeps its incarnation and counts its boots", arguments: StoreKind.allCases)
    func countsBoots(kind: StoreKind) throws {
        let disk = try kind.makeDisk()
        var identities: [LogIdentity] = []
        for _ in 0..<3 {
            let log = try disk.open()
            identities.append(log.identity)
            log.store.close()
        }
        #expect(identities.map(\.bootCount) == [1, 2, 3])
        #expect(Set(identities.map(\.incarnation)).count == 1)
    }

    @Test("replaces a truncated end, also by lower terms", arguments: StoreKind.allCases)
    func truncates(kind: StoreKind) throws {
        let disk = try kind.makeDisk()
        let log = try disk.open()
        try log.write(entries(1...3) + entries(4...8, term: 5))
        try log.store.write(batch(entries: entries(4...5, term: 2), truncateFrom: 4))
        let expected = entries(1...3) + entries(4...5, term: 2)
        #expect(try log.store.readAll() == expected)
        log.store.close()

        let again = try disk.open()
        #expect(again.recovered.tail == expected)
        #expect(again.recovered.loss == nil)
        try again.store.write(batch(truncateFrom: 1))
        #expect(try again.store.readAll() == [])
        try again.write(entries(1...2, term: 6))
        #expect(try again.store.readAll() == entries(1...2, term: 6))
    }

    @Test("ignores a truncation behind its end", arguments: StoreKind.allCases)
    func truncatesNothing(kind: StoreKind) throws {
        let log = try kind.makeDisk().open()
        try log.write(entries(1...2))
        try log.store.write(batch(entries: entries(3...3), truncateFrom: 3))
        #expect(try log.store.readAll() == entries(1...3))
    }

    @Test("reads pages by index and bytes, and at least one entry", arguments: StoreKind.allCases)
    func readsPages(kind: StoreKind) throws {
        let log = try kind.makeDisk().open()
        try log.store.write(batch(entries: entries(1...10, bytes: 68)))
        let store = log.store
        #expect(
            try store.read(from: LogIndex(4), through: LogIndex(6), byteLimit: 10_000)
                == entries(4...6, bytes: 68))
        // An entry counts its payload and 32 bytes.
        #expect(
            try store.read(from: LogIndex(2), through: LogIndex(9), byteLimit: 300)
                == entries(2...4, bytes: 68))
        #expect(
            try store.read(from: LogIndex(2), through: LogIndex(9), byteLimit: 1)
                == entries(2...2, bytes: 68))
        #expect(try store.read(from: LogIndex(11), through: LogIndex(20), byteLimit: 300) == [])
    }

    @Test("remembers the last it was told of each peer", arguments: StoreKind.allCases)
    func remembersPeers(kind: StoreKind) throws {
        let disk = try kind.makeDisk()
        func peer(_ node: UInt64, boot: UInt64) -> PeerMemory {
            PeerMemory(
                node: NodeID(node), incarnation: .max - node, bootCount: boot, term: Term(boot),
                last: LogPosition(term: Term(boot), index: LogIndex(7)))
        }
        let log = try disk.open()
        for memory in [peer(3, boot: 1), peer(2, boot: 5), peer(3, boot: 2)] {
            try log.store.remember(memory)
        }
        log.store.close()
        #expect(try disk.open().peers == [peer(2, boot: 5), peer(3, boot: 2)])
    }

    @Test("brings back only the end of a long log", arguments: StoreKind.allCases)
    func limitsTheTail(kind: StoreKind) throws {
        let disk = try kind.makeDisk()
        let log = try disk.open()
        try log.store.write(batch(entries: entries(1...100, bytes: 68)))
        log.store.close()
        let recovered = try disk.open(tailBytes: 1_000).recovered
        #expect(recovered.tail == entries(91...100, bytes: 68))
        #expect(recovered.start == .zero && recovered.last == position(100))
    }

    @Test("refuses everything after an error, stored nothing of it", arguments: StoreKind.allCases)
    func stopsAfterAnError(kind: StoreKind) throws {
        let disk = try kind.makeDisk()
        let log = try disk.open()
        try log.write(entries(1...2))
        let state = HardState(term: Term(9))
        #expect(throws: LogStoreError.self) {
            try log.store.write(batch(entries: [entry(3), entry(5)], hardState: state))
        }
        expectFailedEarlier { try log.write([entry(3)]) }
        expectFailedEarlier { _ = try log.store.readAll() }
        expectFailedEarlier { try log.store.syncMark() }
        log.store.close()

        let again = try disk.open()
        #expect(again.recovered.tail == entries(1...2))
        #expect(again.recovered.hardState.term == Term(1))
        #expect(again.recovered.loss == nil)
    }

    @Test("refuses batches no core may ask for", arguments: StoreKind.allCases)
    func refusesImpossibleBatches(kind: StoreKind) throws {
        let impossible = [
            batch(entries: [entry(2, term: 2)]),
            batch(entries: [entry(4, term: 2)]),
            batch(entries: [entry(3, term: 1)]),
            batch(truncateFrom: 0),
        ]
        for batch in impossible {
            let log = try kind.makeDisk().open()
            try log.write(entries(1...2, term: 2))
            #expect(throws: LogStoreError.self) { try log.store.write(batch) }
        }
    }

    @Test("throws once it is closed, and opens again", arguments: StoreKind.allCases)
    func closes(kind: StoreKind) throws {
        let disk = try kind.makeDisk()
        let log = try disk.open()
        log.store.close()
        log.store.close()
        #expect(throws: LogStoreError.closed) { try log.write([entry(1)]) }
        #expect(throws: LogStoreError.closed) { try log.store.readAll() }
        #expect(throws: LogStoreError.closed) { try log.store.syncMark() }
        #expect(try disk.open().identity.bootCount == 2)
    }

    @Test("is opened by one at a time", arguments: StoreKind.allCases)
    func refusesASecondOpener(kind: StoreKind) throws {
        let disk = try kind.makeDisk()
        let log = try disk.open()
        let error = #expect(throws: LogStoreError.self) { try disk.open() }
        #expect(error?.description.contains("in use by another") == true)
        if let directory = disk as? TestDirectory {
            #expect(error?.description.contains(directory.path) == true)
        }
        log.store.close()
        _ = try disk.open()
    }

    @Test("belongs to one cluster and one node", arguments: StoreKind.allCases)
    func refusesStrangers(kind: StoreKind) throws {
        let disk = try kind.makeDisk()
        try disk.open().store.close()
        let cluster = #expect(throws: LogStoreError.self) {
            try disk.open(cluster: 8, node: NodeID(1), base: .zero, tailBytes: 1)
        }
        #expect(cluster?.description.contains("cluster 7") == true)
        #expect(cluster?.description.contains("cluster 8") == true)
        let node = #expect(throws: LogStoreError.self) {
            try disk.open(cluster: 7, node: NodeID(2), base: .zero, tailBytes: 1)
        }
        #expect(node?.description.contains("n1") == true)
        #expect(node?.description.contains("n2") == true)
        #expect(try disk.open().identity.bootCount == 2)
    }

    @Test("goes on from the base where the log is behind it", arguments: StoreKind.allCases)
    func continuesAtTheBase(kind: StoreKind) throws {
        let disk = try kind.makeDisk()
        var log = try disk.open()
        try log.write(entries(1...3))
        log.store.close()

        log = try disk.open(base: position(6, term: 2))
        #expect(log.recovered.start == position(6, term: 2))
        #expect(log.recovered.last == position(6, term: 2))
        #expect(log.recovered.loss?.contains("entry 6") == true)
        try log.write(entries(7...8, term: 2))
        log.store.close()

        log = try disk.open(base: position(6, term: 2))
        #expect(log.recovered.tail == entries(7...8, term: 2))
        #expect(log.recovered.loss != nil)
        #expect(try log.store.read(from: LogIndex(3), through: LogIndex(8), byteLimit: 99) == [])
        try log.store.write(batch(entries: entries(9...9, term: 3), healed: true))
        log.store.close()
        #expect(try disk.open(base: position(8, term: 2)).recovered.loss == nil)
    }

    @Test("reads on one thread while another writes", arguments: StoreKind.allCases)
    func readsWhileWriting(kind: StoreKind) async throws {
        let disk = try kind.makeDisk()
        switch kind {
        case .sqlite:
            let directory = try #require(disk as? TestDirectory)
            try await readAlong(directory.openStore().store)
        case .memory:
            let opened = try MemoryLogStore.open(
                cluster: 7, node: NodeID(1), base: .zero, makeIncarnation: { 1 }, tailBytes: 1)
            try await readAlong(opened.store)
        }
    }

    private func readAlong(_ store: some LogStore & Sendable) async throws {
        async let writing: Void = Task.detached {
            for index in 1...200 as ClosedRange<UInt64> {
                try store.write(batch(entries: [entry(index)]))
            }
        }.value
        var read: [Entry] = []
        while read.count < 200 {
            let next = LogIndex(UInt64(read.count) + 1)
            read += try store.read(from: next, through: LogIndex(200), byteLimit: 400)
            await Task.yield()
        }
        try await writing
        #expect(read == entries(1...200))
    }

    private func expectFailedEarlier(_ body: () throws -> Void) {
        let error = #expect(throws: LogStoreError.self) { try body() }
        guard case .failedEarlier = error else {
            Issue.record("It threw \(String(describing: error)).")
            return
        }
    }
}
