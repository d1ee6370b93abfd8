import Wire
import Work

/// The sessions of this node's own clients, and what each of them waits for.
///
/// Numbers of waits are the node's: those of a wait that the cluster may have granted unseen,
/// while this node was cut off, are replaced, and the old grant is undone when it shows up.
struct SessionTable {
    private struct Wait {
        let token: UInt64
        /// The client's own name for it.
        let name: UInt64
        var wish: Reservation
    }

    /// Waits that are over, as the leader is told.
    struct Gone: Hashable {
        var session: UInt64
        var wait: UInt64
    }

    private var attached: [UInt64: Bool] = [:]
    private var waits: [UInt64: Wait] = [:]
    private var nextWait: UInt64
    /// What the leader has not been told yet; all of it after a change of leaders.
    private var fresh: [UInt64] = []
    private var gone: [Gone] = []
    private(set) var tellsAll = true

    /// Numbers of one boot are above all of earlier ones.
    init(bootCount: UInt64) { nextWait = bootCount << 40 }

    var hasNews: Bool { tellsAll || !fresh.isEmpty || !gone.isEmpty }

    func isOpen(_ number: UInt64) -> Bool { attached[number] != nil }
    var waitCount: Int { waits.count }
    /// Open connections, by their numbers.
    var connections: [UInt64] { attached.filter(\.value).keys.sorted() }

    mutating func open(_ number: UInt64, isAttached: Bool) { attached[number] = isAttached }

    mutating func close(_ number: UInt64) {
        if let wait = waits[number] { endWait(of: number, named: wait.name) }
        attached[number] = nil
    }

    mutating func wait(_ token: UInt64, _ wish: Reservation) {
        let number = wish.session.number
        if let earlier = waits[number] { endWait(of: number, named: earlier.name) }
        var numbered = wish
        numbered.wait = takeNumber()
        waits[number] = Wait(token: token, name: wish.wait, wish: numbered)
        fresh.append(number)
    }

    mutating func endWait(of number: UInt64, named name: UInt64) {
        guard let wait = waits[number], wait.name == name else { return }
        waits[number] = nil
        gone.append(Gone(session: number, wait: wait.wish.wait))
    }

    /// The token of the wait that was granted; nil if nobody waits for it any more.
    mutating func granted(_ number: UInt64, _ wait: UInt64) -> UInt64? {
        guard let waiting = waits[number], waiting.wish.wait == wait else { return nil }
        waits[number] = nil
        return waiting.token
    }

    /// Whatever was granted unseen is refused from here on; everybody waits on.
    mutating func renumber() {
        for session in inOrder {
            let number = takeNumber()
            waits[session]?.wish.wait = number
        }
        tellAll()
    }

    mutating func tellAll() {
        tellsAll = true
        fresh = []
        gone = []
    }

    /// What the leader is to be told now.
    mutating func takeNews() -> (isWhole: Bool, waits: [Reservation], gone: [Gone]) {
        defer {
            tellsAll = false
            fresh.clear()
            gone = []
        }
        let told = tellsAll ? inOrder : fresh
        return (tellsAll, told.compactMap { waits[$0]?.wish }, gone)
    }

    /// Sessions that wait, the longest first.
    private var inOrder: [UInt64] {
        waits.sorted { $0.value.wish.wait < $1.value.wish.wait }.map(\.key)
    }

    private mutating func takeNumber() -> UInt64 {
        nextWait += 1
        return nextWait
    }
}
