import Foundation
import FuzzTargets
import OrderedCollections
import StateStore
import Testing
import Wire
import Work

/// Everything the fuzzer found worth keeping, and bounded mutations of it: `make fuzz` goes on
/// from here for as long as one likes.
@Suite struct CorpusTests {
    private static let mutationsEach = 10_000

    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Inputs by their names, in the order of the names.
    private static func inputs(
        _ kind: String, _ target: FuzzTarget
    ) throws -> [(name: String, bytes: [UInt8])] {
        let folder = root.appending(path: "Tests/Fuzz/\(kind)/\(target.rawValue)").path
        guard FileManager.default.fileExists(atPath: folder) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { name in
            let url = URL(fileURLWithPath: folder + "/" + name)
            return (name, [UInt8](try Data(contentsOf: url)))
        }
    }

    /// To where `make fuzz` begins; what reaches new code gets into the corpus from there.
    private static func record(_ seeds: [[UInt8]], _ target: FuzzTarget) throws {
        let folder = root.appending(path: ".build-fuzz/work/\(target.rawValue)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for bytes in seeds {
            let name = "seed-" + String(Hash64.hash(bytes), radix: 16)
            try Data(bytes).write(to: folder.appending(path: name))
        }
    }

    private func check(_ target: FuzzTarget, _ bytes: [UInt8], _ origin: String) -> Bool {
        do {
            return try target.check(bytes)
        } catch {
            Issue.record("\(target.rawValue), \(origin): \(error); bytes: \(Golden.hex(bytes))")
            return false
        }
    }

    @Test(arguments: FuzzTarget.allCases)
    func `Real encodings are taken`(_ target: FuzzTarget) throws {
        let seeds = Seeds.of(target)
        #expect(!seeds.isEmpty)
        if Golden.isRecording { try Self.record(seeds, target) }
        for (place, bytes) in seeds.enumerated() {
            #expect(check(target, bytes, "seed \(place)"), "seed \(place) is refused")
        }
    }

    @Test(arguments: FuzzTarget.allCases)
    func `The corpus is handled as any bytes must be`(_ target: FuzzTarget) throws {
        let inputs = try Self.inputs("Corpus", target)
        let taken = inputs.count { check(target, $0.bytes, "corpus file \($0.name)") }
        #expect(taken > 0, "some of the corpus is taken")
        #expect(taken < inputs.count, "and some is refused")
    }

    @Test(arguments: FuzzTarget.allCases)
    func `What once broke a decoder is handled`(_ target: FuzzTarget) throws {
        for (name, bytes) in try Self.inputs("Regressions", target) {
            _ = check(target, bytes, "regression \(name)")
        }
    }

    @Test(arguments: FuzzTarget.allCases)
    func `Mutations of the corpus are handled as any bytes must be`(_ target: FuzzTarget) throws {
        let inputs = Seeds.of(target) + (try Self.inputs("Corpus", target).map(\.bytes))
        var mutator = Mutator(seed: 41, inputs: inputs)
        var taken = 0
        for round in 0..<Self.mutationsEach {
            let bytes = mutator.next()
            if check(target, bytes, "mutation \(round)") { taken += 1 }
        }
        #expect(taken > 0 && taken < Self.mutationsEach)
    }

    @Test func `The corpus stays small`() throws {
        var (files, bytes) = (0, 0)
        for target in FuzzTarget.allCases {
            let inputs = try Self.inputs("Corpus", target)
            files += inputs.count
            bytes += inputs.reduce(0) { $0 + $1.bytes.count }
        }
        #expect(bytes < 512 << 10)
        #expect(files < 4096)
    }

    /// Each value but one is what the program writes.
    @Test(
        arguments: [
            (2, 4, "+000000000000000"), (2, 4, "ABCDEF0123456789"),
            (2, 3, "2026-11-21T04:33:23.123"),
            (2, 3, "2026-11-21 04:33:23.123Z"), (0, 7, #"["\u+041"]"#), (0, 7, #"["\u0041"]"#),
            (0, 5, "2026-02-30"), (0, 3, "Done"),
        ] as [(UInt8, Int, String)])
    func `A row that this program did not write is refused`(
        _ table: UInt8, _ place: Int, _ text: String
    ) throws {
        let (_, batch) = Samples.applied()
        var values =
            table == 0
            ? try #require(batch.tasks.values.first).values
            : try #require(batch.nodes.values.first).values
        #expect(try FuzzTarget.baseRows.check(Seeds.baseRow(table, values)))
        values[place] = .text(text)
        #expect(try !FuzzTarget.baseRows.check(Seeds.baseRow(table, values)))
    }

    @Test(arguments: [
        [2, 5, 0], [2, 5, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1], [200, 1],
    ])
    func `Numbers of an origin that do not rise are refused`(_ seen: [UInt8]) throws {
        let values: [SQLValue] = [.int(1), .text("0000000000000001"), .int(1)]
        #expect(try FuzzTarget.baseRows.check(Seeds.baseRow(3, values + [.blob([2, 5, 1])])))
        #expect(try !FuzzTarget.baseRows.check(Seeds.baseRow(3, values + [.blob(seen)])))
    }
}
