import Foundation

/// Which tasks a list holds, and in which order.
package struct TaskFilter: Hashable, Sendable {
    /// In the filter language; nil for all.
    package var query: String?
    /// A field, with `-` before it for descending; nil for the cluster's order.
    package var sort: String?
    package var status: String?
    /// Whose days the filter speaks of, as an offset such as `+02:00`; nil for UTC's.
    package var zone: String?
    /// Answer from what the node has, without asking the leader.
    package var stale: Bool
    /// Of a stale answer: not without the entry of the log at this index.
    package var minIndex: UInt64?

    package init(
        query: String? = nil, sort: String? = nil, status: String? = nil, zone: String? = nil,
        stale: Bool = false
    ) {
        self.query = query
        self.sort = sort
        self.status = status
        self.zone = zone
        self.stale = stale
    }

    /// Whether every task belongs to it.
    package var isEverything: Bool { query == nil && status == nil }

    /// Those of these tasks that belong to it.
    package func among(_ ids: some Sequence<UInt64>) -> TaskFilter {
        var filter = self
        let list = "id:" + ids.map { String($0) }.joined(separator: ",")
        filter.query = query.map { "\($0) \(list)" } ?? list
        return filter
    }

    var parameters: [URLQueryItem] {
        let named = [
            ("q", query), ("sort", sort), ("status", status), ("zone", query == nil ? nil : zone),
            ("min_index", minIndex.map { String($0) }),
        ]
        return named.compactMap { name, value in value.map { URLQueryItem(name: name, value: $0) } }
            + (stale ? [.stale] : [])
    }
}

extension URLQueryItem {
    /// From what the node has, also without a quorum.
    static let stale = URLQueryItem(name: "consistency", value: "stale")
}
