import Raft

/// The log of a sole member that forgets everything when it ends: nobody asks for an entry again
/// once it was handed out, so none is kept.
final class ForgetfulLogStore: LogStore, Sendable {
    func write(_ batch: LogBatch) {}
    func read(from first: LogIndex, through last: LogIndex, byteLimit: Int) -> [Entry] { [] }
    func remember(_ peer: PeerMemory) {}
    func syncMark() {}
    func close() {}
}
