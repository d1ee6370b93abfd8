import DequeModule
import Wire

/// Idempotency keys with their outcomes, forgotten in the order they came, an hour later.
struct KeyTable: Sendable {
    private var records: [KeyName: KeyRecord] = [:]
    /// By age. An entry whose record is gone, or was stored anew later, is passed over.
    private var order: Deque<(name: KeyName, index: UInt64)> = []
    private var counts: [String: Int] = [:]

    subscript(_ name: KeyName) -> KeyRecord? { records[name] }

    func isFull(for principal: String) -> Bool {
        counts[principal, default: 0] >= Limits.keysPerPrincipal
    }

    mutating func reserve(_ count: Int) {
        records.reserveCapacity(count)
        order.reserveCapacity(count)
    }

    /// Keys come in the order of their expiry.
    mutating func insert(_ record: KeyRecord) {
        let earlier = records.updateValue(record, forKey: record.name)
        precondition(earlier == nil, "A live key is never replaced.")
        order.append((record.name, record.index))
        counts[record.name.principal, default: 0] += 1
    }

    /// Takes out the oldest key if its time has come.
    mutating func removeExpired(at clusterTime: UInt64) -> KeyRecord? {
        while let first = order.first {
            guard let record = records[first.name], record.index == first.index else {
                order.removeFirst()
                continue
            }
            if record.expires > clusterTime { return nil }
            order.removeFirst()
            return remove(record)
        }
        return nil
    }

    /// Takes out one key, whatever its age.
    mutating func remove(_ record: KeyRecord) -> KeyRecord {
        records[record.name] = nil
        counts[record.name.principal, default: 1] -= 1
        return record
    }
}

extension KeyRecord {
    var hash: UInt64 {
        StateHash.of(seed: 3) {
            $0.writeString(name.principal)
            $0.writeString(name.text)
            $0.writeFixed(fingerprint)
            $0.writeByte(outcome.kind.rawValue)
            $0.writeVarint(outcome.task.rawValue)
            $0.writeVarint(outcome.version)
            $0.writeVarint(expires)
            $0.writeVarint(index)
        }
    }
}
