import CSQLite
package import Raft

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Why a log store could not be opened, or stopped.
///
/// After any of these the store refuses further use: what the disk holds is unknown until the
/// directory is opened anew.
package enum LogStoreError: Error, Equatable, Sendable {
    /// Another process, or another store in this one, has the directory open.
    case inUse(directory: String)
    /// The directory belongs to another cluster.
    case wrongCluster(directory: String, found: UInt64, expected: UInt64)
    /// The directory belongs to another node.
    case wrongNode(directory: String, found: NodeID, expected: NodeID)
    /// The node must not start as itself; the text says why and what to do.
    case refused(String)
    /// A file holds something else than was written to it.
    case damaged(file: String, what: String)
    /// SQLite failed; `code` is its extended result code.
    case sqlite(code: Int32, message: String, file: String)
    /// A system call failed; `code` is its errno.
    case system(operation: String, path: String, code: Int32)
    /// A batch that no correct core asks for. Nothing of it was stored.
    case invalidBatch(String)
    /// An earlier error, whose text this is, made the store unusable.
    case failedEarlier(String)
    /// The store was closed.
    case closed

    /// What helps when the files of one member are beyond repair.
    static let replaceMember =
        "Keep a copy of the data directory, remove it, and let the node join again as a new "
        + "member: the other members hold what it lost."
}

extension LogStoreError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .inUse(let directory):
            "\(directory): the data directory is in use by another process; stop that one, "
                + "or give this node a directory of its own"
        case .wrongCluster(let directory, let found, let expected):
            "\(directory): the data directory belongs to cluster \(found), but this node is "
                + "configured for cluster \(expected)"
        case .wrongNode(let directory, let found, let expected):
            "\(directory): the data directory belongs to node \(found), but this node is "
                + "configured as \(expected)"
        case .refused(let text):
            text
        case .damaged(let file, let what):
            "\(file): \(what). \(Self.replaceMember)"
        case .sqlite(let code, let message, let file):
            Self.describeSQLite(code: code, message: message, file: file)
        case .system(let operation, let path, let code):
            "\(path): \(operation) failed: \(SystemDisk.message(ofError: code))"
                + Self.remedy(ofError: code)
        case .invalidBatch(let text):
            "the log store was asked for something impossible: \(text)"
        case .failedEarlier(let text):
            "the log store stopped after an earlier error: \(text)"
        case .closed:
            "the log store is closed"
        }
    }

    private static func remedy(ofError code: Int32) -> String {
        switch code {
        case ENOSPC, EDQUOT: "; free space and restart"
        case EIO: "; check the disk and its file system, then restart"
        default: ""
        }
    }

    private static func describeSQLite(code: Int32, message: String, file: String) -> String {
        let cause = "(SQLite \(code): \(message))"
        // The low byte is the primary code.
        return switch code & 0xff {
        case SQLITE_FULL: "\(file): the disk is full \(cause); free space and restart"
        case SQLITE_IOERR:
            "\(file): the disk failed \(cause); check the disk and its file system, then restart"
        case SQLITE_BUSY: "\(file): another program has the file locked \(cause); end it"
        case SQLITE_CORRUPT, SQLITE_NOTADB:
            "\(file): the file is damaged \(cause). \(replaceMember)"
        default: "\(file): SQLite failed \(cause)"
        }
    }
}
