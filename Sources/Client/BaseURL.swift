import Foundation

/// Where a node serves HTTP: `http://host:port`, without a path.
package struct BaseURL: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    package struct Invalid: Error, CustomStringConvertible {
        package let description: String
    }

    /// Takes `http://host:port`, `https://host:port` and plain `host:port`.
    package init(_ given: some StringProtocol) throws(Invalid) {
        let trimmed = given.trimmingCharacters(in: .whitespaces)
        let full = trimmed.contains("://") ? trimmed : "http://" + trimmed
        func invalid(_ why: String) -> Invalid {
            Invalid(description: "'\(trimmed)' is no address of a node: \(why); "
                + "write it as http://127.0.0.1:8080")
        }
        guard let parts = URLComponents(string: full), let host = parts.host, !host.isEmpty else {
            throw invalid("it names no host")
        }
        guard let scheme = parts.scheme?.lowercased(), ["http", "https"].contains(scheme) else {
            throw invalid("only http and https are spoken")
        }
        guard parts.user == nil, parts.password == nil else {
            throw invalid("a name or password does not belong there")
        }
        guard ["", "/"].contains(parts.path), parts.query == nil, parts.fragment == nil else {
            throw invalid("nothing may follow host and port")
        }
        if let port = parts.port, !(1...65_535).contains(port) {
            throw invalid("the port must be between 1 and 65535")
        }
        let bracketed = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
        text = scheme + "://" + bracketed + (parts.port.map { ":\($0)" } ?? "")
    }

    /// A socket of this machine.
    package init(socket path: String) {
        let escaped = path.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? path
        text = "http+unix://" + escaped
    }

    package var description: String { text }

    /// Several addresses separated by commas.
    package static func list(_ given: String) throws(Invalid) -> [BaseURL] {
        var bases: [BaseURL] = []
        for part in given.split(separator: ",", omittingEmptySubsequences: true) {
            let base = try BaseURL(part)
            if !bases.contains(base) { bases.append(base) }
        }
        guard !bases.isEmpty else { throw Invalid(description: "no address of a node was given") }
        return bases
    }
}
