import NIOCore
import Synchronization

/// Knows whether the client of a connection has gone: nobody reads the answer to a long poll then,
/// and a job must not be given to it.
final class Hangup: ChannelInboundHandler, RemovableChannelHandler, Sendable {
    typealias InboundIn = Any

    private struct State {
        var isOver = false
        var watcher: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())
    private let meter: HTTPMeter

    init(_ meter: HTTPMeter) { self.meter = meter }

    func handlerAdded(context: ChannelHandlerContext) { meter.connectionOpened() }

    func handlerRemoved(context: ChannelHandlerContext) { meter.connectionClosed() }

    var isOver: Bool { state.withLock { $0.isOver } }

    /// Calls the watcher once the client is gone, which may be now. There is one at a time, as a
    /// connection's requests come one after the other.
    func watch(_ watcher: @escaping @Sendable () -> Void) {
        let isOver = state.withLock { state in
            if !state.isOver { state.watcher = watcher }
            return state.isOver
        }
        if isOver { watcher() }
    }

    func forget() { state.withLock { $0.watcher = nil } }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event as? ChannelEvent == .inputClosed { end() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    private func end() {
        let watcher = state.withLock { state in
            state.isOver = true
            return state.watcher.take()
        }
        watcher?()
    }
}
