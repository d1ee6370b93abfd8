import Foundation

/// What may be said about the database that answers queries.
package enum StoreAddress {
    /// What is wrong and how to mend it; nil for `sqlite` and `mysql://user@host:port/name`.
    package static func problem(_ url: String) -> (what: String, remedy: String)? {
        if url == "sqlite" { return nil }
        let shape = "write sqlite, or mysql://user@host:port/database"
        guard let parts = URLComponents(string: url), parts.scheme == "mysql" else {
            return ("'\(url)' names no known kind of store", shape)
        }
        if parts.password != nil {
            return (
                "holds a password, which logs and process lists would show",
                "take it out and set \(ConfigurationKey.storePassword.variable) or "
                    + ConfigurationKey.storePasswordFile.variable
            )
        }
        guard let host = parts.host, !host.isEmpty, let user = parts.user, !user.isEmpty else {
            return ("'\(url)' lacks user or host", shape)
        }
        if parts.path.dropFirst().isEmpty || parts.path.dropFirst().contains("/") {
            return ("'\(url)' names no database", shape)
        }
        return nil
    }
}
