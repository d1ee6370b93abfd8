/// What went wrong with a database.
package struct StoreError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        /// A stored row does not have the form in which this program writes it.
        case format
        /// The file is no database, or a damaged one.
        case damaged
        /// The file cannot be read or written.
        case file
        /// A rule of the schema was broken, such as a foreign key.
        case constraint
        /// The server cannot be reached, or stopped answering.
        case connection
        /// The server refused a statement; the number is MySQL's.
        case server(UInt32)
        /// The database belongs to another cluster, or to something else altogether.
        case foreign
        /// A newer version of this program made the tables.
        case newer
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
