import Raft

/// A leader whose disk hangs, in a world that is calm otherwise (D5).
extension Simulation {
    /// Somebody else leads soon, and all others serve: within three seconds where the election
    /// timeout is the usual one, in proportion where it is longer, and by a clock that may be slow.
    /// The disk works again after that, so that the end of the run shows that its node has caught
    /// up.
    func stallLeader() throws(Violation) {
        // One of two voters cannot do without the other's disk.
        guard world.safety.members.voters.count > 2, let stalled = world.leader else { return }
        world.jobs.punctuality.isCalm = false
        let timeout = world.timing.electionTimeout.nanoseconds
        let patience = max(.seconds(3), Time(timeout) * 10)
        stalled.stalledUntil = world.now + patience + .milliseconds(Workload.patience + 500)
        let others = world.members.filter { $0 !== stalled }
        // Only a disk that has something to write can be seen to hang.
        _ = request(at: others)
        try settle(within: patience) { () throws(Violation) in
            guard let leader = world.leader, leader !== stalled else {
                throw Violation("\(stalled.id) leads on, though its disk hangs")
            }
        }
        try serve(at: others)
    }
}
