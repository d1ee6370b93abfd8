import Raft
import Replica
import Testing
import Work

/// A kind that is added does not compile here, until somebody has counted it and given it a
/// sample: no format is without its committed bytes.
@Suite struct KindTests {
    @Test func `There is a sample of every command`() {
        let kinds = Samples.requests.map { _, request in
            switch request.command {
            case .createTask: 1
            case .updateTask: 2
            case .deleteTask: 3
            case .registerNode: 4
            case .raiseMachineVersion: 5
            case .jobs: 6
            case .limitState: 7
            case .moveTask: 8
            case .restoreTask: 9
            case .importTasks: 10
            case .items: 11
            case .people: 12
            case .createNumbered: 13
            }
        }
        #expect(Set(kinds) == Set(1...13))
    }

    @Test func `There is a sample of every command for boards, comments and views`() {
        let kinds = Samples.requests.compactMap { _, request -> Int? in
            guard case .items(let command) = request.command else { return nil }
            return switch command {
            case .addComment: 1
            case .editComment: 2
            case .deleteComment: 3
            case .saveView: 4
            case .updateView: 5
            case .deleteView: 6
            case .createBoard: 7
            case .updateBoard: 8
            case .deleteBoard: 9
            }
        }
        #expect(Set(kinds) == Set(1...9))
    }

    @Test func `There is a sample of every command for users and tokens`() {
        let kinds = Samples.requests.compactMap { _, request -> Int? in
            guard case .people(let command) = request.command else { return nil }
            return switch command {
            case .createUser: 1
            case .updateUser: 2
            case .createToken: 3
            case .revokeToken: 4
            case .spendToken: 5
            }
        }
        #expect(Set(kinds) == Set(1...5))
    }

    @Test func `There is a sample of every command for jobs`() {
        let kinds = Samples.requests.compactMap { _, request -> Int? in
            guard case .jobs(let command) = request.command else { return nil }
            return switch command {
            case .put: 1
            case .reserve: 2
            case .reserveJob: 3
            case .touch: 4
            case .complete: 5
            case .fail: 6
            case .release: 7
            case .bury: 8
            case .delete: 9
            case .undo: 10
            case .kick: 11
            case .kickJobs: 12
            case .kickAll: 13
            case .purge: 14
            case .pause: 15
            case .configure: 16
            case .deleteQueue: 17
            case .closeSession: 18
            case .closeSessions: 19
            case .expire: 20
            case .proceed: 21
            }
        }
        #expect(Set(kinds) == Set(1...21))
    }

    @Test func `There is a sample of a put as each machine version writes it`() {
        let versions = Samples.requests.compactMap { _, request -> UInt32? in
            guard case .jobs(.put(let queue, let jobs)) = request.command else { return nil }
            return JobCommand.put(queue, jobs).machineVersion
        }
        #expect(Set(versions) == [2, 4])
    }

    @Test func `There is a sample of every message of consensus`() {
        let kinds = Samples.messages.map { _, message in
            switch message.body {
            case .preVote: 1
            case .preVoteResponse: 2
            case .requestVote: 3
            case .requestVoteResponse: 4
            case .appendEntries: 5
            case .appendEntriesResponse: 6
            case .timeoutNow: 7
            case .readIndex: 8
            case .readIndexResponse: 9
            }
        }
        #expect(Set(kinds) == Set(1...9))
    }

    @Test func `There is a sample of every message between nodes`() {
        let kinds = Samples.peerMessages.map { _, message in
            switch message {
            case .raft: 1
            case .forward: 2
            case .forwardRejected: 3
            case .report: 4
            case .workers: 5
            case .workersHeard: 6
            case .watch: 7
            case .view: 8
            case .transfer: 9
            }
        }
        #expect(Set(kinds) == Set(1...9))
    }
}
