import FaultyDisk
import StateStore
import Wire
import Work

/// What a base is asked to do, and what it holds after each step.
struct BaseScript {
    enum Step {
        case open, write(RowBatch), close
    }

    /// The state after a step, and every row that stands for it; nil before the first opening.
    struct Content {
        let state: WorkState
        let rows: Rows?
    }

    private(set) var steps: [Step] = []
    private(set) var contents = [Content(state: WorkState(), rows: nil)]

    /// Eight batches between three openings. The first run, on a disk without faults, tells the
    /// rows.
    static let life: BaseScript = {
        var script = BaseScript()
        var world = World()
        var work = RandomWork(seed: 41)
        script.steps = [.open, .write(world.takeBatch())]
        script.add(work.batch(12, of: &world))
        script.add(work.batch(3, of: &world))
        script.steps += [.close, .open]
        script.add(work.batch(10, of: &world))
        var jobs = RandomJobs(seed: 7)
        script.add(jobs.batch(25, of: &world))
        script.add(jobs.batch(12, of: &world))
        world.wait(milliseconds: 2 * Int64(Limits.keyWindow))
        script.add(work.batch(6, of: &world))
        script.steps += [.close, .open]
        script.add(work.batch(4, of: &world))
        do {
            try script.fillContents()
        } catch {
            preconditionFailure("A disk without faults failed: \(error)")
        }
        return script
    }()

    private mutating func add(_ batch: RowBatch) { steps.append(.write(batch)) }

    private mutating func fillContents() throws {
        let disk = FaultyDisk()
        var base: Base?
        for step in steps {
            try Self.perform(step, on: disk, &base)
            // On a copy, as the process that was killed here would find it.
            let found = try FoundBase(disk.image)
            contents.append(Content(state: found.state, rows: found.rows))
        }
    }

    /// Performs the steps; the disk's milestone is the number of those done. What is open at the
    /// end goes as with a killed process.
    func run(on disk: FaultyDisk) throws {
        var base: Base?
        defer { disk.cutPower() }
        for (number, step) in steps.enumerated() {
            try Self.perform(step, on: disk, &base)
            disk.milestone = number + 1
        }
    }

    private static func perform(_ step: Step, on disk: FaultyDisk, _ base: inout Base?) throws {
        switch step {
        case .open:
            base = try Base.open(path: disk.uri(Base.fileName), cluster: World.cluster).base
        case .write(let batch): try base?.write(batch)
        case .close: base = nil
        }
    }

    /// What may be found after the process or the machine stopped.
    func allowed(at milestone: Int) -> [Content] {
        Array(contents[milestone...min(milestone + 1, steps.count)])
    }
}

extension RandomWork {
    mutating func batch(_ entries: Int, of world: inout World) -> RowBatch {
        apply(entries, to: &world)
        return world.takeBatch()
    }
}

extension RandomJobs {
    mutating func batch(_ entries: Int, of world: inout World) -> RowBatch {
        apply(entries, to: &world)
        return world.takeBatch()
    }
}

/// A base as it was found, and the disk that the opening left.
struct FoundBase {
    let state: WorkState
    let index: UInt64
    let rows: Rows
    let image: DiskImage

    init(_ image: DiskImage) throws {
        let disk = FaultyDisk(image)
        let (base, state) = try Base.open(
            path: disk.uri(Base.fileName), cluster: World.cluster)
        self.state = state
        index = base.index
        rows = try Rows(base.reader())
        self.image = disk.image
        disk.cutPower()
    }

    func holds(_ content: BaseScript.Content) -> Bool {
        state.scalars == content.state.scalars && state.tasks == content.state.tasks
            && index == content.state.scalars.index
            && (content.rows == nil || rows == content.rows)
    }
}
