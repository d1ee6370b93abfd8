import Wire
package import Work

/// What a node tells the leader about its clients that wait for jobs, and that it is alive.
package struct WorkerNote: Hashable, Sendable {
    package struct End: Hashable, Sendable {
        package var session: SessionID
        package var wait: UInt64

        package init(session: SessionID, wait: UInt64) {
            self.session = session
            self.wait = wait
        }
    }

    /// The sender's clock, which the leader sends back: what it held then it may hold on to.
    package var sent: UInt64
    /// Whoever of this node waits at the leader and is not named here waits no more.
    package var isWhole: Bool
    package var waits: [Reservation]
    package var ends: [End]

    package init(sent: UInt64, isWhole: Bool, waits: [Reservation], ends: [End]) {
        self.sent = sent
        self.isWhole = isWhole
        self.waits = waits
        self.ends = ends
    }

    /// Waits and ends in one note.
    static let waitsMax = 256
    static let endsMax = 4_096
    private static let bytesMax = 131_072

    func encode(into writer: inout ByteWriter) {
        writer.writeVarint(sent)
        writer.writeBool(isWhole)
        writer.writeVarint(UInt64(waits.count))
        for wait in waits { wait.encode(into: &writer) }
        writer.writeVarint(UInt64(ends.count))
        for end in ends {
            writer.writeSession(end.session)
            writer.writeVarint(end.wait)
        }
    }

    init(from reader: inout ByteReader) throws(WireError) {
        sent = try reader.readVarint()
        isWhole = try reader.readBool()
        waits = []
        for _ in 0..<(try reader.readCount(limit: Self.waitsMax)) {
            waits.append(try Reservation(from: &reader))
        }
        ends = []
        for _ in 0..<(try reader.readCount(limit: Self.endsMax)) {
            let session = try reader.readSession()
            ends.append(End(session: session, wait: try reader.readVarint()))
        }
    }

    /// In pieces that a frame can hold.
    static func pieces(
        sent: UInt64, isWhole: Bool, waits: [Reservation], ends: [End]
    ) -> [WorkerNote] {
        var notes = [WorkerNote(sent: sent, isWhole: isWhole, waits: [], ends: [])]
        var bytes = 0
        for wait in waits {
            bytes += wait.size
            if notes[notes.count - 1].waits.count == waitsMax || bytes > bytesMax {
                notes.append(WorkerNote(sent: sent, isWhole: false, waits: [], ends: []))
                bytes = wait.size
            }
            notes[notes.count - 1].waits.append(wait)
        }
        for start in stride(from: 0, to: ends.count, by: endsMax) {
            if start > 0 || bytes > 0 {
                notes.append(WorkerNote(sent: sent, isWhole: false, waits: [], ends: []))
            }
            notes[notes.count - 1].ends = Array(ends[start..<min(start + endsMax, ends.count)])
        }
        return notes
    }
}

extension Reservation {
    /// About its bytes in a note.
    fileprivate var size: Int { queues.reduce(48) { $0 + $1.text.utf8.count + 2 } }
}
