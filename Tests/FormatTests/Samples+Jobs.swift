import Work

extension Samples {
    private static let mail = QueueName("mail")!  // It is a name.
    static let session = SessionID(origin: origin, number: 7)

    /// What machine version 2 added, after the entry that allows it: jobs 1 to 12 in one queue, a
    /// session that holds some of them, and what becomes of each.
    static let jobCommands: [(name: String, command: Command, isKeyed: Bool)] =
        [("raiseMachineVersion to that of jobs", .raiseMachineVersion(2), false)]
        + jobs.map { ($0, .jobs($1), $0.hasSuffix("by key")) }
        + [("limitState", .limitState(1 << 31), false)]

    private static let jobs: [(name: String, command: JobCommand)] = puts + held + waiting + ends

    private static let puts: [(String, JobCommand)] = [
        ("configure", .configure(mail, QueueSettings(length: 100, body: 65_535, concurrency: nil))),
        ("put with every field", .put(mail, [careful, timed])),
        ("put by key", .put(mail, [NewJob](repeating: NewJob(body: [0xca, 0xfe]), count: 10))),
        (
            "reserve",
            .reserve(
                Reservation(
                    session: session, isAttached: true, wait: 1,
                    queues: [mail, QueueName("default")!], max: 8))  // It is a name.
        ),
        ("reserveJob", .reserveJob(JobID(11), session, isAttached: true)),
    ]

    private static let careful: NewJob = {
        let retry = RetryPolicy(
            attempts: 5, base: 1_000, longest: 60_000, growth: .exponential, jitter: 20)
        return NewJob(
            priority: .max, start: .after(5_000), timeToRun: 120_000, retry: retry,
            unique: .init(text: "é", window: 60_000), body: Array("to: ann".utf8))
    }()

    private static let timed = NewJob(
        start: .at(Timestamp(milliseconds: 1_800_000_000_000)), body: [])

    /// What a holder does.
    private static let held: [(String, JobCommand)] = [
        ("touch", .touch(JobID(3), .session(session))),
        ("complete by key", .complete(JobID(3), .session(session))),
        ("fail", .fail(JobID(4), .session(session), error: "no \"route\"", chance: 0xfffe)),
        ("release", .release(JobID(5), .lease(2), priority: 7, delay: 1)),
        ("release as it was", .release(JobID(6), .session(session), priority: nil, delay: 0)),
        ("bury", .bury(JobID(7), .session(session), priority: 300)),
        ("bury as it was", .bury(JobID(8), .session(session), priority: nil)),
        ("delete what is held", .delete(JobID(9), .session(session))),
        ("delete", .delete(JobID(12), nil)),
        ("undo", .undo([Lease(job: JobID(10), generation: 2)])),
    ]

    /// What is done to a queue and what waits in it.
    private static let waiting: [(String, JobCommand)] = [
        ("expire", .expire([Lease(job: JobID(5), generation: 3)], [mail])),
        ("kick", .kick(mail, 1)),
        ("kickJobs", .kickJobs([JobID(1), JobID(300)])),
        ("kickAll", .kickAll(mail)),
        ("pause", .pause(mail, 60_000)),
        ("pause until resumed", .pause(mail, nil)),
        ("configure without limits", .configure(mail, QueueSettings())),
        ("purge", .purge(mail)),
    ]

    /// The ends of sessions and queues.
    private static let ends: [(String, JobCommand)] = [
        ("closeSession", .closeSession(session, keepsLeases: true)),
        ("closeSessions", .closeSessions(origin, below: 300)),
        ("proceed with a session", .proceed(.session(session))),
        ("proceed with a queue", .proceed(.queue(mail))),
        ("deleteQueue", .deleteQueue(mail)),
    ]
}
