import Synchronization

extension FaultyDisk {
    /// Opens a file by its name in `root`, and makes it if it is missing and `create` says so.
    package func open(name: String, create: Bool) throws(DiskFailure) -> OpenFile {
        try state.withLock { state throws(DiskFailure) in
            var file = state.image.names[name]
            if file == nil {
                guard create else { throw .missing }
                switch try state.begin(.create, name) {
                case .fail: throw .device
                case .full: throw .full
                case .lie, .misdirect, .powerCut, nil: break
                }
                let made = state.image.makeFile()
                state.image.add(name, made)
                file = made
            }
            guard let file else { throw .missing }
            return OpenFile(disk: self, file: file, name: name, number: state.nextHandle())
        }
    }

    package func exists(name: String) -> Bool {
        state.withLock { $0.image.names[name] != nil }
    }

    package func delete(_ name: String) throws(DiskFailure) {
        try state.withLock { state throws(DiskFailure) in
            guard state.image.names[name] != nil else { throw .missing }
            switch try state.begin(.delete, name) {
            case .fail, .full: throw .device
            case .lie: break
            case .misdirect, .powerCut, nil: state.image.remove(name)
            }
        }
    }

    /// Makes the names of all files durable.
    package func syncNames() throws(DiskFailure) {
        try state.withLock { state throws(DiskFailure) in
            switch try state.begin(.syncNames, "") {
            case .fail, .full: throw .device
            case .lie: break
            case .misdirect, .powerCut, nil: state.image.syncNames()
            }
        }
    }
}

extension FaultyDisk.State {
    fileprivate mutating func nextHandle() -> Int {
        handles += 1
        return handles
    }
}

/// A file of a `FaultyDisk`, open.
package final class OpenFile: Sendable {
    let disk: FaultyDisk
    let file: Int
    let number: Int
    private let name: String

    fileprivate init(disk: FaultyDisk, file: Int, name: String, number: Int) {
        self.disk = disk
        self.file = file
        self.name = name
        self.number = number
    }

    package var size: Int { disk.state.withLock { $0.image.files[file].content.count } }

    /// Up to `count` bytes; fewer at the end of the file.
    package func read(_ count: Int, at offset: Int) throws(DiskFailure) -> [UInt8] {
        try disk.state.withLock { state throws(DiskFailure) in
            if let fault = try state.begin(.read, name), fault != .lie { throw .device }
            return Array(state.image.files[file].content.dropFirst(offset).prefix(count))
        }
    }

    package func write(_ bytes: [UInt8], at offset: Int) throws(DiskFailure) {
        try disk.state.withLock { state throws(DiskFailure) in
            switch try state.begin(.write, name) {
            case .fail: throw .device
            case .full:
                state.image.change(file, .write(Array(bytes.prefix(bytes.count / 2)), at: offset))
                throw .full
            case .lie: break
            case .misdirect(let distance):
                state.image.change(file, .write(bytes, at: max(0, offset + distance)))
            case .powerCut, nil: state.image.change(file, .write(bytes, at: offset))
            }
        }
    }

    package func resize(to size: Int) throws(DiskFailure) {
        try disk.state.withLock { state throws(DiskFailure) in
            switch try state.begin(.resize, name) {
            case .fail: throw .device
            case .full: throw .full
            case .lie: break
            case .misdirect, .powerCut, nil: state.image.change(file, .resize(size))
            }
        }
    }

    package func sync() throws(DiskFailure) {
        try disk.state.withLock { state throws(DiskFailure) in
            switch try state.begin(.sync, name) {
            case .fail, .full:
                state.image.lose(file)
                throw .device
            case .lie: break
            case .misdirect, .powerCut, nil: state.image.sync(file)
            }
        }
    }
}
