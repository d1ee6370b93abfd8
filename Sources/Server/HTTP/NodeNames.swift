import HTTPTypes
import Node
import Synchronization

/// The names under which a node may be asked, also on loopback.
///
/// A page of another site can have its own name point to this machine (DNS rebinding), and its
/// requests then look to the browser like those of our own pages. It cannot make the browser send
/// one of our names, nor an address in place of a name.
struct NodeNames: Sendable {
    /// Names found to be a member's: members are looked up for new names alone.
    private let known: Known

    private final class Known: Sendable {
        let hosts: Mutex<Set<String>>
        /// As it was sent and allowed last: it seldom differs between two requests.
        let last = Mutex<String?>(nil)
        init(_ host: String) { hosts = Mutex([host.lowercased()]) }
    }

    init(listening host: String) { known = Known(host) }

    /// Refuses what a page of another site may have sent. Requests without Host or Origin come
    /// from no browser.
    func check(_ head: HTTPRequest, members: () -> [NodeStatus]) throws(Problem) {
        if let authority = head.authority, known.last.withLock({ $0 != authority }) {
            guard allows(Authority(authority).host, members) else { throw .wrongHost }
            known.last.withLock { $0 = authority }
        }
        guard let origin = head.headerFields[.origin], isGuarded(head) else { return }
        guard isOwn(origin, head.authority, members) else { throw .foreignOrigin }
    }

    private func allows(_ host: Substring, _ members: () -> [NodeStatus]) -> Bool {
        if Authority.isAddress(host) { return true }
        let name = host.lowercased()
        if name == "localhost" || name.hasSuffix(".localhost") { return true }
        if known.hosts.withLock({ $0.contains(name) }) { return true }
        let isMember = members().contains { member in
            name == member.name.lowercased()
                || name == Authority(member.http).host.lowercased()
        }
        if isMember { known.hosts.withLock { _ = $0.insert(name) } }
        return isMember
    }

    /// What changes something, and streams, which a page of any site could otherwise hold open.
    private func isGuarded(_ head: HTTPRequest) -> Bool {
        guard head.method == .get || head.method == .head else { return true }
        guard let path = head.path else { return false }
        return path.hasPrefix("/v1/events") || path.hasPrefix("/v1/cluster/events")
    }

    /// An origin is a scheme and an authority, or `null`.
    private func isOwn(
        _ origin: String, _ authority: String?, _ members: () -> [NodeStatus]
    ) -> Bool {
        guard let mark = origin.firstRange(of: "://") else { return false }
        let asking = origin[mark.upperBound...].lowercased()
        if asking == authority?.lowercased() { return true }
        return members().contains { $0.http.lowercased() == asking }
    }
}

/// `host`, `host:port`, `[address]:port`.
struct Authority {
    /// Without brackets and the dot that may end a full name.
    let host: Substring

    init(_ text: String) {
        let bracket = text.hasPrefix("[") ? text.firstIndex(of: "]") : nil
        let end = bracket.map { text.index(after: $0) } ?? text.lastIndex(of: ":") ?? text.endIndex
        guard Self.isPort(text[end...]) else {
            // Whatever else follows, such as a name behind an address, is part of the name.
            host = text[...]
            return
        }
        let name = bracket == nil ? text[..<end] : text[..<end].dropFirst().dropLast()
        host = name.hasSuffix(".") ? name.dropLast() : name
    }

    private static func isPort(_ text: Substring) -> Bool {
        text.isEmpty || text.first == ":" && text.utf8.dropFirst().allSatisfy { 48...57 ~= $0 }
    }

    /// Whether it is an address and no name: names with a colon, or of four numbers, do not exist.
    static func isAddress(_ host: Substring) -> Bool {
        if host.contains(":") {
            return host.allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." || $0 == "%" }
        }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }
}
