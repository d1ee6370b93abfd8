/// Why the base cannot be opened or written, and what to do about it.
package enum BaseError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file's content cannot be trusted. It holds nothing that the log did not say.
    case damaged(file: String, what: String)
    case foreignCluster(file: String, what: String)
    /// A newer version of this program wrote it.
    case newer(file: String, what: String)
    /// The disk is full, the file may not be written, a sync failed.
    case failed(file: String, what: String)
    /// An entry came from a node that had never made itself known.
    case unregisteredNode(file: String, node: UInt64)

    package var description: String {
        switch self {
        case .damaged(let file, let what):
            "The base is damaged: \(what). Move \(file) and its -wal and -shm files aside: the "
                + "node makes a new base from its log, if that still begins with the first entry."
        case .foreignCluster(let file, let what), .newer(let file, let what):
            "\(file): \(what)"
        case .failed(let file, let what):
            what.hasPrefix(file) ? what : "\(file): the base cannot be read or written: \(what)"
        case .unregisteredNode(let file, let node):
            "\(file): node \(node) created a task before it had registered."
        }
    }

    init(_ error: any Error, file: String) {
        switch error {
        case let error as BaseError: self = error
        case let error as StoreError:
            switch error.code {
            case .format, .damaged: self = .damaged(file: file, what: error.message)
            case .foreign: self = .foreignCluster(file: file, what: error.message)
            case .newer: self = .newer(file: file, what: error.message)
            case .file, .constraint, .connection, .server:
                self = .failed(file: file, what: error.message)
            }
        default: self = .failed(file: file, what: "\(error)")
        }
    }
}
