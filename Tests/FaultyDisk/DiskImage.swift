/// What is on a disk, as a value: what programs read, and what would be left without power.
///
/// Files are independent of each other: unsynced changes of one may survive without those of
/// another, and sectors of one write without each other. Names keep their order, as in a file
/// system with a journal: what survives of unsynced creations and deletions is their beginning.
package struct DiskImage: Sendable {
    enum Change: Sendable {
        case write([UInt8], at: Int)
        case resize(Int)
    }

    enum NameChange: Sendable {
        case add(String, Int)
        case remove(String)
    }

    struct File: Sendable {
        /// What a program reads.
        var content: [UInt8] = []
        /// What is left without power if nothing of `pending` made it.
        var durable: [UInt8] = []
        /// Changes since the last sync, oldest first.
        var pending: [Change] = []
    }

    private(set) var files: [File] = []
    private(set) var names: [String: Int] = [:]
    private var durableNames: [String: Int] = [:]
    private var pendingNames: [NameChange] = []

    package init() {}

    package var fileNames: [String] { names.keys.sorted() }

    /// What a program reads in a file; nil if there is none. Setting it is what no program does: the
    /// disk itself changed its mind, for good.
    package subscript(name: String) -> [UInt8]? {
        get { names[name].map { files[$0].content } }
        set {
            names[name] = nil
            durableNames[name] = nil
            guard let newValue else { return }
            names[name] = files.count
            durableNames[name] = files.count
            files.append(File(content: newValue, durable: newValue))
        }
    }

    /// Inverts some bits of one byte.
    package mutating func flip(_ name: String, at offset: Int, bits: UInt8 = 0xff) {
        guard var content = self[name] else { preconditionFailure("There is no file \(name).") }
        content[offset] ^= bits
        self[name] = content
    }
}

extension DiskImage {
    /// A file without a name yet.
    mutating func makeFile() -> Int {
        files.append(File())
        return files.count - 1
    }

    mutating func add(_ name: String, _ file: Int) {
        names[name] = file
        pendingNames.append(.add(name, file))
    }

    mutating func remove(_ name: String) {
        names[name] = nil
        pendingNames.append(.remove(name))
    }

    mutating func change(_ file: Int, _ change: Change) {
        change.apply(to: &files[file].content)
        files[file].pending.append(change)
    }

    mutating func sync(_ file: Int) {
        for change in files[file].pending { change.apply(to: &files[file].durable) }
        files[file].pending = []
    }

    mutating func syncNames() {
        for change in pendingNames { change.apply(to: &durableNames) }
        pendingNames = []
    }

    /// After a failed sync the system takes the changes for written: programs go on reading
    /// them, and no later sync makes them durable.
    mutating func lose(_ file: Int) { files[file].pending = [] }
}

extension DiskImage {
    /// How much of what was not synced is there after a power cut.
    package enum Survival: Hashable, Sendable {
        case nothing
        case everything
        /// Of each file the beginning; the last write of it torn at any byte.
        case beginning(seed: UInt64)
        /// Of each write any of its sectors.
        case sectors(seed: UInt64)
    }

    /// The disk after a power cut: everything on it is durable.
    package func afterPowerCut(_ survival: Survival) -> DiskImage {
        var chance = SurvivalChance(survival)
        var image = DiskImage()
        for file in files {
            var left = file.durable
            for change in chance.survivors(of: file.pending) { change.apply(to: &left) }
            image.files.append(File(content: left, durable: left))
        }
        var names = durableNames
        for change in chance.survivors(of: pendingNames) { change.apply(to: &names) }
        image.names = names
        image.durableNames = names
        return image
    }
}

extension DiskImage.Change {
    func apply(to bytes: inout [UInt8]) {
        switch self {
        case .write(let new, let offset):
            if bytes.count < offset + new.count {
                bytes += [UInt8](repeating: 0, count: offset + new.count - bytes.count)
            }
            bytes.replaceSubrange(offset..<offset + new.count, with: new)
        case .resize(let size) where size < bytes.count:
            bytes.removeLast(bytes.count - size)
        case .resize(let size):
            bytes += [UInt8](repeating: 0, count: size - bytes.count)
        }
    }
}

extension DiskImage.NameChange {
    func apply(to names: inout [String: Int]) {
        switch self {
        case .add(let name, let file): names[name] = file
        case .remove(let name): names[name] = nil
        }
    }
}

extension DiskImage {
    /// Whether a power cut now would change nothing.
    package var isDurable: Bool {
        pendingNames.isEmpty && files.allSatisfy { $0.pending.isEmpty && $0.content == $0.durable }
    }
}
