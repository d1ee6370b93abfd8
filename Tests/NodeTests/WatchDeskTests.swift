import Node
import Raft
import Testing
import Work

/// Which peers a node asks to be shown, and to show themselves.
@Suite struct WatchDeskTests {
    @Test func `Whoever knows views is asked, whatever came after them`() {
        var desk = WatchDesk(ViewBoard())
        let peer = NodeID(2)
        #expect(!desk.canAsk(peer), "who is not connected is not asked")
        for version in 3...WorkState.newestVersion {
            desk.connected(peer, machineVersion: version)
            #expect(desk.canAsk(peer), "machine version \(version)")
        }
        for version in 1...2 as ClosedRange<UInt32> {
            desk.connected(peer, machineVersion: version)
            #expect(!desk.canAsk(peer), "machine version \(version) would hang up")
        }
    }
}
