import NIOCore
import Server
import Testing

/// Whom a node trusts before there are users.
@Suite struct LoopbackTests {
    @Test(arguments: ["127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.1"])
    func `This machine is known by its addresses`(address: String) throws {
        #expect(try SocketAddress(ipAddress: address, port: 80).isLoopback)
    }

    @Test(arguments: [
        "10.0.0.127", "126.255.255.255", "128.0.0.1", "0.0.0.0", "::", "::2", "::1:1",
        "::ffff:10.0.0.1", "::fffe:127.0.0.1", "::127.0.0.1", "fe80::1", "1::1",
    ])
    func `And nobody else is`(address: String) throws {
        #expect(try !SocketAddress(ipAddress: address, port: 80).isLoopback)
    }
}
