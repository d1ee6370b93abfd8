import Foundation
package import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#endif

/// Lines of JSON over a socket in the cluster's directory, which only its owner may open.
package enum ControlSocket {
    package typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    /// What a node is told, and only by the command that runs the cluster.
    package static let variable = "TASKRAFT_LOCAL_CONTROL"

    /// The system's bound for the path of a socket, less one for the byte that ends it.
    private static let pathMax = 107

    /// nil where the path would be too long: there are no levers then.
    package static func path(in directory: String) -> String? {
        let path = directory + "/control.sock"
        return path.utf8.count <= pathMax ? path : nil
    }

    package static func listen(
        _ path: String
    ) async throws -> NIOAsyncChannel<Connection, Never> {
        let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true) { channel in
                channel.eventLoop.makeCompletedFuture { try wrap(channel) }
            }
        chmod(path, 0o600)
        return listener
    }

    package static func connect(_ path: String) async throws -> Connection {
        try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(unixDomainSocketPath: path) { channel in
                channel.eventLoop.makeCompletedFuture { try wrap(channel) }
            }
    }

    private static func wrap(_ channel: any Channel) throws -> Connection {
        try channel.pipeline.syncOperations.addHandler(ByteToMessageHandler(LineDecoder()))
        return try NIOAsyncChannel(wrappingChannelSynchronously: channel)
    }

    package static func line(_ value: some Encodable) throws -> ByteBuffer {
        var buffer = ByteBuffer(bytes: try JSONEncoder().encode(value))
        buffer.writeInteger(UInt8(ascii: "\n"))
        return buffer
    }

    package static func read<Value: Decodable>(
        _ type: Value.Type, _ line: ByteBuffer
    ) throws -> Value {
        try JSONDecoder().decode(type, from: Data(line.readableBytesView))
    }
}

/// Takes bytes apart where lines end.
private struct LineDecoder: ByteToMessageDecoder {
    typealias InboundOut = ByteBuffer

    /// Far longer than anything that is said.
    private static let lineMax = 1 << 16

    struct TooLong: Error {}

    mutating func decode(
        context: ChannelHandlerContext, buffer: inout ByteBuffer
    ) throws -> DecodingState {
        guard let end = buffer.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) else {
            if buffer.readableBytes > Self.lineMax { throw TooLong() }
            return .needMoreData
        }
        let length = end - buffer.readerIndex
        if let line = buffer.readSlice(length: length) {
            buffer.moveReaderIndex(forwardBy: 1)
            context.fireChannelRead(wrapInboundOut(line))
        }
        return .continue
    }
}
