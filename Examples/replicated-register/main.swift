// A register that three members hold together: written through the leader, read anywhere, and
// still there when a member is killed. Built on the library alone; see "Driving a Consensus".
import Foundation
import Raft

let folder = FileManager.default.temporaryDirectory.appending(path: "register-\(UUID())")
try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
defer { try? FileManager.default.removeItem(at: folder) }
var cluster = try Cluster(in: folder)

print("1. Three members elect a leader")
let first = try cluster.wait("an election") { $0.leader }
print("\(first.id) leads term \(first.term.rawValue)")

print("2. A write through the leader, a linearizable read at a follower")
try cluster.write("hello", at: first)
guard let follower = cluster.followers.first, try cluster.read(at: follower) == "hello" else {
    throw Failure("the read missed the write before it")
}

print("3. \(first.id) is killed; the others go on")
cluster.kill(first.id)
let second = try cluster.wait("another election") { $0.leader }
print("\(second.id) leads term \(second.term.rawValue)")
guard try cluster.read(at: second) == "hello" else { throw Failure("the write is lost") }
try cluster.write("world", at: second)

print("4. \(first.id) comes back with what its journal holds, and catches up")
let back = try cluster.start(first.id)
try cluster.wait("catching up") { _ in back.applied == second.applied ? true : nil }
guard try cluster.read(at: back) == "world" else {
    throw Failure("the member that came back reads the past")
}
print("Nothing was lost.")
