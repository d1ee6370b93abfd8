import Synchronization

/// A disk in memory that fails on demand. SQLite reaches it through the VFS `FaultyDisk.vfsName`;
/// other code calls it directly. Its files lie in `root`, a directory that nobody else has.
///
/// Every operation that changes something is numbered, so that a test can run a program once to
/// count them and then let each one fail. `record` keeps the disk as it is before each of them:
/// the states in which a power cut can find it.
package final class FaultyDisk: Sendable {
    package enum Kind: Hashable, Sendable {
        case create, write, resize, sync, delete, syncNames, read
    }

    package struct Operation: Hashable, Sendable {
        package let kind: Kind
        package let file: String
        /// Counted from zero; reads by themselves.
        package let number: Int
        /// The disk's milestone at that moment.
        package let milestone: Int
    }

    package enum Fault: Hashable, Sendable {
        /// This operation and all after it fail, and change nothing.
        case powerCut
        /// The device fails. What a failed sync should have covered is never durable.
        case fail
        /// There is no room for more than the first half of a write.
        case full
        /// Reports success and does nothing.
        case lie
        /// A write ends up so many bytes from its place.
        case misdirect(Int)
    }

    package typealias Plan = @Sendable (Operation) -> Fault?

    /// The disk just before an operation.
    package struct Moment: Sendable {
        package let image: DiskImage
        package let operation: Operation
    }

    struct State {
        var image: DiskImage
        var plan: Plan?
        var isOff = false
        var operations = 0
        var reads = 0
        var milestone = 0
        var moments: [Moment] = []
        var isRecorded: (@Sendable (Operation) -> Bool)?
        var handles = 0
        /// By file.
        var locks: [Int: FileLocks] = [:]
    }

    package let root: String
    let state: Mutex<State>

    package init(_ image: DiskImage = DiskImage(), plan: Plan? = nil) {
        root = DiskRegistry.nextRoot()
        state = Mutex(State(image: image, plan: plan))
        DiskRegistry.add(self)
    }

    deinit { DiskRegistry.remove(root) }

    /// The disk with all that is not synced yet.
    package var image: DiskImage { state.withLock { $0.image } }

    /// How many operations there were, without reads.
    package var operations: Int { state.withLock { $0.operations } }
    package var reads: Int { state.withLock { $0.reads } }

    /// Set by a test whenever something is acknowledged; comes back with each operation.
    package var milestone: Int {
        get { state.withLock { $0.milestone } }
        set { state.withLock { $0.milestone = newValue } }
    }

    /// From now on keeps the disk as it is before each operation for which `condition` holds.
    package func record(where condition: @escaping @Sendable (Operation) -> Bool = { _ in true }) {
        state.withLock { $0.isRecorded = condition }
    }

    package var moments: [Moment] { state.withLock { $0.moments } }

    /// Decides about faults from now on.
    package func follow(_ plan: @escaping Plan) { state.withLock { $0.plan = plan } }

    /// From now on every operation fails, and changes nothing.
    package func cutPower() { state.withLock { $0.isOff = true } }
}

/// Why an operation failed.
package enum DiskFailure: Error, Hashable, Sendable {
    case device, full, missing
}

extension FaultyDisk.State {
    /// Counts and records an operation; the fault it meets, if it does not fail here.
    mutating func begin(
        _ kind: FaultyDisk.Kind, _ file: String
    ) throws(DiskFailure) -> FaultyDisk.Fault? {
        if isOff { throw .device }
        let isRead = kind == .read
        let operation = FaultyDisk.Operation(
            kind: kind, file: file, number: isRead ? reads : operations, milestone: milestone)
        if !isRead, isRecorded?(operation) == true {
            moments.append(FaultyDisk.Moment(image: image, operation: operation))
        }
        if isRead { reads += 1 } else { operations += 1 }
        let fault = plan?(operation)
        if fault == .powerCut {
            isOff = true
            throw .device
        }
        return fault
    }
}

/// Finds the disk of a path: SQLite knows no more than that.
enum DiskRegistry {
    private struct Entry { weak var disk: FaultyDisk? }

    private struct Content {
        var disks: [String: Entry] = [:]
        var made = 0
    }

    private static let content = Mutex(Content())

    static func nextRoot() -> String {
        content.withLock {
            $0.made += 1
            return "/faulty-disk-\($0.made)"
        }
    }

    static func add(_ disk: FaultyDisk) {
        content.withLock { $0.disks[disk.root] = Entry(disk: disk) }
    }

    static func remove(_ root: String) {
        content.withLock { $0.disks[root] = nil }
    }

    /// The disk and the name on it, for a path in a disk's root.
    static func find(_ path: String) -> (disk: FaultyDisk, name: String)? {
        guard let slash = path.dropFirst().firstIndex(of: "/") else { return nil }
        let name = String(path[path.index(after: slash)...])
        return content.withLock { $0.disks[String(path[..<slash])]?.disk }.map { ($0, name) }
    }
}
