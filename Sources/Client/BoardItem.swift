/// A board as the API answers it.
package struct BoardItem: Codable, Hashable, Sendable {
    package struct Column: Codable, Hashable, Sendable {
        package var key: String
        package var name: String
        /// What a task is that stands in it.
        package var status: String
        /// Tasks of its status that name no column stand here.
        package var home: Bool?

        package init(key: String, name: String, status: String) {
            self.key = key
            self.name = name
            self.status = status
        }
    }

    package var id: UInt64
    package var name: String
    package var columns: [Column]
    /// A task that becomes done puts a job into this queue.
    package var onDone: String?
    package var version: UInt64

    enum CodingKeys: String, CodingKey {
        case id, name, columns
        case onDone = "on_done"
        case version
    }
}

/// A board to be made, or what changes of one; what is nil stays as it is.
package struct BoardEdit: Encodable, Hashable, Sendable {
    package var name: String?
    package var columns: [BoardItem.Column]?
    package var onDone: String?
    /// The key of the column for tasks whose column is gone.
    package var moveTo: String?

    enum CodingKeys: String, CodingKey {
        case name, columns
        case onDone = "on_done"
        case moveTo = "move_to"
    }

    package init(
        name: String? = nil, columns: [BoardItem.Column]? = nil, onDone: String? = nil,
        moveTo: String? = nil
    ) {
        self.name = name
        self.columns = columns
        self.onDone = onDone
        self.moveTo = moveTo
    }
}
