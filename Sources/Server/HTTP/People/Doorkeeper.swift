import HTTPTypes
import Node
import Replica
import Synchronization
import Work

/// Finds out who asks. What is known of tokens is remembered until any user or token changes, so
/// that a request costs one hash and one look.
final class Doorkeeper: Sendable {
    /// From whom requests are taken without a token while there are no users.
    enum Trust: Sendable {
        /// This machine's own addresses, or everybody where that was asked for.
        case network(isInsecure: Bool)
        /// Whoever can open the socket in the data directory: that is who could read and write
        /// the data itself.
        case directory
    }

    private struct Memory {
        var mark = PeopleMark(index: 0, hasUsers: false)
        var known: [[UInt8]: Credential] = [:]
    }

    let trust: Trust
    private let memory = Mutex(Memory())
    private static let knownMax = 10_000

    init(_ trust: Trust) { self.trust = trust }

    /// - Parameter looksElsewhere: whether to wait for the cluster if this node does not know the
    ///   token.
    func caller<Node: TaskService>(
        _ head: HTTPRequest, _ node: Node, isLocal: Bool, parameter: String? = nil,
        looksElsewhere: Bool = true
    ) async throws(Problem) -> Caller {
        let mark = node.people
        guard let (secret, hasCookie) = Self.secret(head.headerFields, parameter) else {
            return Caller(isTrusted: isTrusted(isLocal: isLocal, mark), mark: mark)
        }
        let isTrusted = isTrusted(isLocal: isLocal, mark)
        guard
            let credential = try await credential(
                secret.hash, mark, node, isTrusted: isTrusted, looksElsewhere: looksElsewhere)
        else {
            // A cookie may outlive its session; it is as good as none.
            if hasCookie { return Caller(isTrusted: isTrusted, mark: mark) }
            throw .unauthorized
        }
        let caller = Caller(
            credential: credential, hasCookie: hasCookie, secret: secret.text, mark: mark)
        if hasCookie, credential.token.kind == .session { try Self.checkCSRF(head, secret) }
        return caller
    }

    private func isTrusted(isLocal: Bool, _ mark: PeopleMark) -> Bool {
        switch trust {
        case .directory: true
        case .network(let isInsecure): !mark.hasUsers && (isLocal || isInsecure)
        }
    }

    private func credential<Node: TaskService>(
        _ hash: [UInt8], _ mark: PeopleMark, _ node: Node, isTrusted: Bool, looksElsewhere: Bool
    ) async throws(Problem) -> Credential? {
        let known = memory.withLock { memory in
            if memory.mark != mark { memory = Memory(mark: mark, known: [:]) }
            return memory.known[hash]
        }
        var found = known
        if known == nil {
            found = try await read(
                hash, node, isTrusted: isTrusted, looksElsewhere: looksElsewhere)
            if let found {
                memory.withLock { memory in
                    guard memory.mark == mark, memory.known.count < Self.knownMax else { return }
                    memory.known[hash] = found
                }
            }
        }
        guard let found, found.token.kind != .signIn, !found.user.isDisabled,
            !found.token.isExpired(at: .now)
        else { return nil }
        return found
    }

    /// Another node may have made the token a moment ago: who is not known here is looked for
    /// where the cluster is now. Where nothing hangs on it, nobody has to wait for a quorum.
    private func read<Node: TaskService>(
        _ hash: [UInt8], _ node: Node, isTrusted: Bool, looksElsewhere: Bool
    ) async throws(Problem) -> Credential? {
        do {
            var found = try await node.token(secretHash: hash, .stale)
            if found == nil, looksElsewhere {
                found = try await node.token(secretHash: hash, .linearizable)
            }
            return found.map { Credential(token: $0.token, user: $0.user) }
        } catch {
            if isTrusted { return nil }
            throw Problem(error)
        }
    }

    private static func checkCSRF(_ head: HTTPRequest, _ secret: Secret) throws(Problem) {
        if head.method == .get || head.method == .head { return }
        guard let sent = head.headerFields[.csrfToken], Secret.isEqual(sent, secret.csrf) else {
            throw .missingCSRF
        }
    }

    /// A header beats a cookie.
    private static func secret(
        _ headers: HTTPFields, _ parameter: String?
    ) -> (Secret, hasCookie: Bool)? {
        if let text = headers[.authorization] {
            let parts = text.split(separator: " ", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == "bearer" else {
                return (Secret(text: text), false)
            }
            return (Secret(text: String(parts[1])), false)
        }
        if let parameter { return (Secret(text: parameter), false) }
        return SessionCookie.secret(headers).map { (Secret(text: $0), true) }
    }
}

/// The cookie of a browser that has signed in.
enum SessionCookie {
    private static let name = "taskraft_session"
    static let seconds = 30 * 86_400

    static func secret(_ headers: HTTPFields) -> String? {
        for header in headers[values: .cookie] {
            for part in header.split(separator: ";") {
                let pair = part.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
                if pair.count == 2, pair[0] == name { return String(pair[1]) }
            }
        }
        return nil
    }

    /// No script sees it, and no other site's page makes the browser send it.
    static func header(_ secret: String?, isSecure: Bool) -> String {
        let age = secret == nil ? 0 : seconds
        return "\(name)=\(secret ?? ""); Path=/; Max-Age=\(age); HttpOnly; SameSite=Strict"
            + (isSecure ? "; Secure" : "")
    }
}
