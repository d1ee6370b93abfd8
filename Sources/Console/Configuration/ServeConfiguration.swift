package import Logging
package import StateStore

/// All that one node is started with.
package struct ServeConfiguration: Sendable {
    package enum LogFormat: String, Sendable, CaseIterable { case text, json }

    package var cluster: String
    package var nodeID: UInt64
    package var nodeName: String
    /// Where the peers listen, by node.
    package var members: [UInt64: HostPort]
    package var dataDirectory: String
    package var listenHTTP: HostPort
    package var listenBeanstalk: HostPort
    package var listenPeer: HostPort
    package var advertiseHTTP: HostPort
    package var store: StoreSettings
    package var storePassword: String?
    /// How often the database's rows are compared with what they should be; 0 for never.
    package var storeVerifySeconds: Int
    /// Requests that one client may make over HTTP in a minute; 0 for no limit.
    package var limitRequests: Int
    package var logLevel: Logger.Level
    package var logFormat: LogFormat
    package var insecure: Bool
    /// Whether an admin is made, and a link to sign in printed, where there are no users.
    package var users: Bool
}
