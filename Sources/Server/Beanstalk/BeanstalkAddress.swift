import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where clients of beanstalkd find the server.
package enum BeanstalkAddress: Hashable, Sendable, CustomStringConvertible {
    case tcp(host: String, port: Int)
    /// A file, which is made; a socket that is there already, and that nobody removed, is replaced.
    case unix(path: String)

    package var description: String {
        switch self {
        case .tcp(let host, let port): "\(host):\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }

    func bind(_ bootstrap: ServerBootstrap) async throws -> any Channel {
        switch self {
        case .tcp(let host, let port):
            try await bootstrap
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                // A worker may wait for days without a word: only this shows that it is gone.
                .childChannelOption(.socketOption(.so_keepalive), value: 1)
                .bind(host: host, port: port).get()
        case .unix(let path):
            try await bootstrap.bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true)
                .get()
        }
    }
}

/// Why the front cannot listen, in the words of somebody who has to change a setting.
package struct BeanstalkListenFailure: Error, CustomStringConvertible {
    package let description: String

    init(_ address: BeanstalkAddress, _ error: any Error) {
        let place = "beanstalkd protocol, \(address)"
        switch (error as? IOError)?.errnoCode {
        case EADDRINUSE: description = "the port or socket is in use (\(place))"
        case EACCES: description = "this user may not listen there (\(place))"
        case EADDRNOTAVAIL: description = "that is no address of this machine (\(place))"
        default: description = "cannot listen (\(place)): \(error)"
        }
    }
}

func removeFile(_ path: String) { _ = unlink(path) }
