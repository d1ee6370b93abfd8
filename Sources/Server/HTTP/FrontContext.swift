package import Hummingbird
package import Logging
package import NIOCore

/// What a request brings besides itself.
package struct FrontContext: InitializableFromSource, Sendable {
    package let logger: Logger
    /// nil if the request came by no network.
    private let channel: (any Channel)?

    package init(source: ApplicationRequestContextSource) {
        logger = source.logger
        channel = source.channel
    }

    package init(logger: Logger) {
        self.logger = logger
        channel = nil
    }

    /// Whether the request comes from this machine.
    var isLocal: Bool {
        channel?.remoteAddress?.isLoopback ?? true
    }

    /// The address it comes from, without the port.
    var address: String { channel?.remoteAddress?.ipAddress ?? "" }

    /// What tells whether the client has hung up; nil if there is no connection.
    func hangup() async -> Hangup? {
        guard let channel else { return nil }
        return try? await channel.eventLoop.submit {
            try channel.pipeline.syncOperations.handler(type: Hangup.self)
        }.get()
    }

    /// Gives the client a moment to read the answer: closing at once, with a part of its body
    /// unread, would take the answer back from it (RFC 9112, section 9.6).
    func closeConnectionSoon() {
        guard let channel else { return }
        channel.eventLoop.scheduleTask(in: .seconds(1)) { channel.close(promise: nil) }
    }
}

extension SocketAddress {
    /// Without its text: every request asks. The address stands behind family and port, and that
    /// of IPv6 behind four bytes more.
    package var isLoopback: Bool {
        switch self {
        case .v4(let address): withUnsafeBytes(of: address.address) { $0[4] == 127 }
        case .v6(let address):
            withUnsafeBytes(of: address.address) { bytes in
                let address = bytes[8..<24]
                guard address.prefix(10).allSatisfy({ $0 == 0 }) else { return false }
                let end = address.suffix(6)
                if end.starts(with: [0xff, 0xff]) { return end.dropFirst(2).first == 127 }
                return end.elementsEqual([0, 0, 0, 0, 0, 1])
            }
        case .unixDomainSocket: true
        }
    }
}

/// Where requests come in.
package enum FrontDoor: Sendable {
    /// Over TCP. Before there are users, this machine's own addresses are trusted, or all if that
    /// was asked for.
    case network(host: String, isInsecure: Bool)
    /// The socket in the data directory, for whoever may read and write that.
    case directory
}
