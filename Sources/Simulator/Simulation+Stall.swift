/// A leader whose disk hangs, in a world that is calm otherwise (D5).
extension Simulation {
    /// Within three seconds somebody else leads, and all others serve. The disk works again after
    /// that, so that the end of the run shows that its node has caught up.
    func stallLeader() throws(Violation) {
        guard nodes > 1, let stalled = world.leader else { return }
        let end = world.now + .seconds(3)
        stalled.stalledUntil = end + .milliseconds(Workload.patience + 500)
        let others = world.machines.filter { $0 !== stalled }
        // Only a disk that has something to write can be seen to hang.
        _ = request(at: others)
        try settle(within: .seconds(3)) { () throws(Violation) in
            guard let leader = world.leader, leader !== stalled else {
                throw Violation("\(stalled.id) leads on, though its disk hangs")
            }
        }
        try serve(at: others)
    }
}
