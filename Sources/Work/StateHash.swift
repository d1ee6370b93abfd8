import Wire

/// The hash of a set of records: the sum of their hashes, so that one record's change costs one
/// subtraction and one addition, in any order.
package struct StateHash: Hashable, Sendable {
    package private(set) var value: UInt64 = 0

    package init() {}

    package mutating func add(_ hash: UInt64) { value &+= hash }
    package mutating func remove(_ hash: UInt64) { value &-= hash }

    static func of(seed: UInt64, _ write: (inout ByteWriter) -> Void) -> UInt64 {
        var writer = ByteWriter(capacity: 96)
        write(&writer)
        return Hash64.hash(writer.bytes, seed: seed)
    }
}

extension NodeRecord {
    package var hash: UInt64 {
        StateHash.of(seed: 5) {
            $0.writeVarint(id)
            $0.writeString(name)
            $0.writeString(address)
            $0.writeSigned(firstSeen.milliseconds)
            $0.writeFixed(incarnation)
            $0.writeVarint(changedIndex)
        }
    }
}

extension StateScalars {
    /// The hash of everything but the rows.
    var scalarsHash: UInt64 {
        StateHash.of(seed: 6) {
            $0.writeVarint(index)
            $0.writeVarint(term)
            $0.writeVarint(clusterTime)
            $0.writeSigned(wallTime.milliseconds)
            $0.writeVarint(nextTask)
            $0.writeFixed(machineVersion)
            $0.writeBytes(configuration)
            if machineVersion < 2 { return }
            $0.writeVarint(bytesMax)
            $0.writeVarint(jobs.nextJob)
            $0.writeVarint(jobs.nextPlace)
            $0.writeVarint(jobs.timeouts)
            if machineVersion < 3 { return }
            $0.writeVarint(items.nextBoard)
            $0.writeVarint(items.nextComment)
            $0.writeVarint(items.nextView)
            $0.writeVarint(items.nextUser)
            $0.writeVarint(items.nextToken)
        }
    }
}
