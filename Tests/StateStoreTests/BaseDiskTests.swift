import FaultyDisk
import Foundation
import StateStore
import Testing
import Work

/// What is left of the base when machine or disk fail.
@Suite struct BaseDiskTests {
    @Test func `After a power cut anywhere the base is as after its last batch`() throws {
        let script = BaseScript.life
        let disk = FaultyDisk()
        disk.record()
        try script.run(on: disk)
        var scenarios = 0
        for moment in disk.moments {
            let seed = UInt64(moment.operation.number)
            let survivals: [DiskImage.Survival] =
                moment.image.isDurable
                ? [.nothing]
                : [.nothing, .everything, .beginning(seed: seed), .sectors(seed: seed)]
            for survival in survivals {
                let place: Comment = "\(moment.operation), \(survival)"
                let found = try FoundBase(moment.image.afterPowerCut(survival))
                let allowed = script.allowed(at: moment.operation.milestone)
                #expect(allowed.contains { found.holds($0) }, place)
                scenarios += 1
            }
        }
        print("base, power cuts: \(disk.moments.count) operations, \(scenarios) scenarios")
        #expect(scenarios > 300)
    }

    /// A node answers for what it has loaded, so that must not go with the power.
    @Test func `What was found after the process was killed is durable once it is opened`() throws {
        let script = BaseScript.life
        let disk = FaultyDisk()
        disk.record()
        try script.run(on: disk)
        for moment in disk.moments {
            let place: Comment = "\(moment.operation)"
            let first = try FoundBase(moment.image)
            let allowed = script.allowed(at: moment.operation.milestone)
            #expect(allowed.contains { first.holds($0) }, place)
            let second = try FoundBase(first.image.afterPowerCut(.nothing))
            #expect(second.state.scalars == first.state.scalars && second.rows == first.rows, place)
        }
        print("base, kills: \(disk.moments.count) scenarios")
    }

    @Test(arguments: [FaultyDisk.Fault.fail, .full])
    func `A disk that fails once is reported, and what was written stays`(
        fault: FaultyDisk.Fault
    ) throws {
        let script = BaseScript.life
        var number = 0
        var silent = 0
        while let outcome = OneFault(at: number, fault, in: { try script.run(on: $0) }) {
            let place: Comment = "\(fault), \(outcome.operation), \(outcome.error as Any)"
            if let error = outcome.error {
                guard case .failed(_, let what)? = error as? BaseError else {
                    Issue.record(place)
                    continue
                }
                #expect(what.contains("/faulty-disk-"), place)
            } else {
                silent += 1
                #expect(maySilentlyFail(outcome.operation, in: script), place)
            }
            let found = try FoundBase(outcome.disk.image.afterPowerCut(.nothing))
            var allowed = script.allowed(at: outcome.disk.milestone)
            // Without its name the file is gone, and the base as it was before.
            if outcome.operation.kind == .syncNames { allowed = script.contents }
            #expect(allowed.contains { found.holds($0) }, place)
            number += 1
        }
        print("base, \(fault): each of \(number) operations, \(silent) without an error")
        #expect(number > 100)
    }

    /// SQLite does not look at the sync of a directory: without it a new base may be gone with
    /// the power, and is made again. And nobody relies on what closing does.
    private func maySilentlyFail(
        _ operation: FaultyDisk.Operation, in script: BaseScript
    ) -> Bool {
        if case .close = script.steps[operation.milestone] { return true }
        return operation.kind == .syncNames
    }
}

/// Bytes of the base that are not what was written.
@Suite struct BaseRotTests {
    @Test(arguments: [true, false])
    func `A flipped byte is never taken for the state`(closed: Bool) throws {
        let script = BaseScript.life
        let disk = FaultyDisk()
        try script.run(on: disk)
        var image = disk.image.afterPowerCut(.everything)
        if closed {
            let closing = FaultyDisk(image)
            _ = try Base.open(path: closing.uri(Base.fileName), cluster: World.cluster)
            image = closing.image.afterPowerCut(.everything)
            #expect(image.fileNames == [Base.fileName])
        }
        var counts: [Verdict: Int] = [:]
        for name in image.fileNames {
            let size = image[name]?.count ?? 0
            for offset in stride(from: 0, to: size, by: Self.step) {
                var damaged = image
                damaged.flip(name, at: offset, bits: Self.bits[offset % Self.bits.count])
                let (verdict, text) = judge(damaged, script)
                counts[verdict, default: 0] += 1
                #expect(verdict != .wrong, "\(name) at \(offset): \(text)")
                if closed { #expect(verdict != .older, "\(name) at \(offset): \(text)") }
            }
        }
        let summary = counts.sorted { $0.key.rawValue < $1.key.rawValue }
            .map { "\($0.value) \($0.key)" }
        print("base, bit rot, closed \(closed): \(summary.joined(separator: ", "))")
    }

    private static let bits: [UInt8] = [0xff, 0x01, 0x80, 0x10]
    private static let step =
        ProcessInfo.processInfo.environment["TASKRAFT_TEST_LONG"] == nil ? 487 : 11

    private enum Verdict: String { case unaffected, older, damaged, refused, wrong }

    private func judge(_ image: DiskImage, _ script: BaseScript) -> (Verdict, String) {
        let disk = FaultyDisk(image)
        defer { disk.cutPower() }
        do throws(BaseError) {
            let (base, state) = try Base.open(
                path: disk.uri(Base.fileName), cluster: World.cluster)
            disk.cutPower()
            let place = script.contents.lastIndex {
                $0.state.scalars == state.scalars && $0.state.tasks == state.tasks
                    && $0.state.scalars.index == base.index
            }
            guard let place else { return (.wrong, "index \(base.index)") }
            let isLast = script.contents[place].state.scalars.index
                == script.contents.last?.state.scalars.index
            return (isLast ? .unaffected : .older, "index \(base.index)")
        } catch {
            let text = "\(error)"
            guard text.contains("/faulty-disk-") else { return (.wrong, text) }
            if case .damaged = error { return (.damaged, text) }
            return (.refused, text)
        }
    }
}
