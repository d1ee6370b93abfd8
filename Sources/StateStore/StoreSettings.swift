import Foundation

/// Which database answers the application's queries.
package enum StoreSettings: Hashable, Sendable {
    /// The base itself.
    case sqlite
    /// A projection in MySQL or MariaDB; the base answers while it is down.
    case mysql(MySQLAddress)

    /// Reads `sqlite`, `mysql://user@host:3306/database`, or, by a Unix socket,
    /// `mysql://user@localhost/database?socket=/run/mysqld/mysqld.sock`. The password comes
    /// separately, because a URL ends up in files, logs and process lists.
    package init(_ text: String) throws(StoreSettingsError) {
        if text == "sqlite" {
            self = .sqlite
        } else {
            self = .mysql(try MySQLAddress(url: text))
        }
    }
}

/// Where a database is, and whose it is; without the password.
package struct MySQLAddress: Hashable, Sendable, CustomStringConvertible {
    package enum Place: Hashable, Sendable {
        case tcp(host: String, port: UInt16)
        case socket(path: String)
    }

    package var place: Place
    package var user: String
    package var database: String

    package init(place: Place, user: String, database: String) {
        self.place = place
        self.user = user
        self.database = database
    }

    /// The URL again.
    package var description: String {
        switch place {
        case .tcp(let host, let port):
            "mysql://\(user)@\(host.contains(":") ? "[\(host)]" : host):\(port)/\(database)"
        case .socket(let path):
            "mysql://\(user)@localhost/\(database)?socket=\(path)"
        }
    }
}

/// Why a store's URL cannot be used, and what to write instead.
package struct StoreSettingsError: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}

extension MySQLAddress {
    /// The longest name MySQL gives to a database.
    private static let databaseCharacters = 64
    private static let usage = "Write mysql://user@host:3306/database, or sqlite."

    init(url text: String) throws(StoreSettingsError) {
        guard let parts = URLComponents(string: text), parts.scheme == "mysql" else {
            // What was written may hold a password, so it is not repeated.
            throw StoreSettingsError(
                "The store is neither sqlite nor a mysql:// URL. \(Self.usage)")
        }
        if parts.password != nil {
            throw StoreSettingsError(
                "The store's URL must not hold a password. Put it into the environment variable "
                    + "TASKRAFT_STORE_PASSWORD and leave it out of the URL.")
        }
        guard let user = parts.user, !user.isEmpty else {
            throw StoreSettingsError("The store's URL names no user. \(Self.usage)")
        }
        self.init(
            place: try Self.place(parts), user: user, database: try Self.database(parts.path))
    }

    private static func place(_ parts: URLComponents) throws(StoreSettingsError) -> Place {
        let items = parts.queryItems ?? []
        if let other = items.first(where: { $0.name != "socket" }) {
            throw StoreSettingsError(
                "The store's URL has an unknown option \"\(other.name)\"; there is only socket.")
        }
        guard let host = parts.host, !host.isEmpty else {
            throw StoreSettingsError("The store's URL names no host. \(usage)")
        }
        if let socket = items.first {
            guard let path = socket.value, path.hasPrefix("/"), parts.port == nil, items.count == 1,
                host == "localhost"
            else {
                throw StoreSettingsError(
                    "A store behind a Unix socket is written "
                        + "mysql://user@localhost/database?socket=/path, without a port.")
            }
            return .socket(path: path)
        }
        let bare = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        guard let port = UInt16(exactly: parts.port ?? 3306), port > 0 else {
            throw StoreSettingsError("The store's port must be between 1 and 65535.")
        }
        return .tcp(host: bare, port: port)
    }

    /// Names go into statements that take no placeholders, so only harmless ones are allowed.
    private static func database(_ path: String) throws(StoreSettingsError) -> String {
        let name = path.dropFirst()
        guard !name.isEmpty else {
            throw StoreSettingsError("The store's URL names no database. \(usage)")
        }
        let isHarmless = name.unicodeScalars.allSatisfy {
            $0.properties.isAlphabetic && $0.isASCII
                || "0123456789_-$".unicodeScalars.contains($0)
        }
        guard isHarmless, name.utf8.count <= databaseCharacters else {
            throw StoreSettingsError(
                "The store's database \"\(name)\" must have at most \(databaseCharacters) letters, "
                    + "digits, \"_\", \"-\" or \"$\".")
        }
        return String(name)
    }
}
