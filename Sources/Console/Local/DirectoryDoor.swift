import Foundation

/// The socket in a node's data directory, by which the machine's own administrator manages users.
package enum DirectoryDoor {
    /// What an address of such a socket can hold.
    private static let lengthMax = 100

    /// nil if the path is too long for a socket.
    package static func socket(in directory: String) -> String? {
        let path = URL(filePath: directory).appending(path: "door.sock").path
        return path.utf8.count <= lengthMax ? path : nil
    }
}
