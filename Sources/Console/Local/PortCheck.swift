#if canImport(Glibc)
import Glibc
#endif

/// Tries ports before anything is started, so that nothing is left half up.
package enum PortCheck {
    /// One line for each port that is taken.
    package static func problems(_ ports: [(port: Int, purpose: String)]) -> [String] {
        ports.filter { !isFree($0.port) }.map { port, purpose in
            let holder = ProcessTable.listener(on: port).map { " by \($0)" } ?? ""
            return "port \(port) (\(purpose)) is in use\(holder)"
        }
    }

    static func isFree(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return true }
        defer { close(descriptor) }
        // As servers do: connections that have just ended do not count.
        var yes: Int32 = 1
        setsockopt(
            descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                    && listen(descriptor, 1) == 0
            }
        }
    }
}
