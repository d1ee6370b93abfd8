package import Client
import Foundation

/// Cuts many jobs into requests that are not too large for one command of the cluster.
package struct JobBatches: Sequence, IteratorProtocol {
    private var rest: ArraySlice<JobDraft>
    private static let jobsMax = 320
    private static let bytesMax = 120_000

    package init(_ drafts: [JobDraft]) { rest = drafts[...] }

    package mutating func next() -> [JobDraft]? {
        var bytes = 0
        let batch = rest.prefix(Self.jobsMax).prefix { draft in
            bytes += draft.body.count + (draft.traceparent == nil ? 64 : 96)
            return bytes <= Self.bytesMax
        }
        // A job that is too large by itself is refused by the cluster, in its own words.
        let count = rest.isEmpty ? 0 : Swift.max(1, batch.count)
        guard count > 0 else { return nil }
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }
}
