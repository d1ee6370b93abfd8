package import StateStore

/// What one node needs to know to run.
package struct NodeSettings: Sendable {
    /// The cluster's name; with the founding members it gives the cluster's ID.
    package var cluster: String
    package var id: UInt64
    package var name: String
    /// The founding members: where each listens for its peers, as "host:port".
    package var members: [UInt64: String]
    /// nil for a sole member that forgets everything when it ends.
    package var dataDirectory: String?
    /// Where this node listens for its peers, as "host:port"; nil for a sole member.
    package var peerListen: String?
    /// Where people and programs reach this node, as "host:port".
    package var httpAdvertise: String
    package var store: StoreSettings
    /// Of the database's user; never logged.
    package var storePassword: String?
    /// How often a database's rows are compared with what they should be, in seconds.
    package var storeVerifySeconds: Int

    package init(
        cluster: String, id: UInt64, name: String? = nil, members: [UInt64: String],
        dataDirectory: String?, peerListen: String?, httpAdvertise: String, store: StoreSettings,
        storePassword: String? = nil, storeVerifySeconds: Int = 300
    ) {
        self.cluster = cluster
        self.id = id
        self.name = name ?? "n\(id)"
        self.members = members
        self.dataDirectory = dataDirectory
        self.peerListen = peerListen
        self.httpAdvertise = httpAdvertise
        self.store = store
        self.storePassword = storePassword
        self.storeVerifySeconds = storeVerifySeconds
    }
}

/// A host and a port.
struct Endpoint: Hashable {
    let host: String
    let port: Int

    /// Reads "host:port" and "[v6]:port".
    init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port), colon != text.startIndex
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        self.host = String(host)
        self.port = port
    }
}

/// Why a node cannot run.
package struct NodeError: Error, CustomStringConvertible, Sendable {
    package let description: String

    init(_ description: String) { self.description = description }
}
