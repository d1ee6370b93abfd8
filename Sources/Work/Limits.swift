/// Every bound of the replicated state, in one place. Part of the machine version: changing one
/// changes what apply accepts.
package enum Limits {
    /// Title: 1 to this many Unicode scalars, as MySQL counts the characters of a VARCHAR.
    package static let titleCharacters = 255
    /// Description, in bytes of UTF-8.
    package static let descriptionBytes = 65_536
    /// Assignee, author and node names, in Unicode scalars.
    package static let nameCharacters = 64
    package static let labels = 32
    package static let labelCharacters = 64
    /// 0 is none, 1 the most urgent.
    package static let priority: UInt8 = 4
    /// An idempotency key, in bytes.
    package static let keyBytes = 255
    /// How long an idempotency key is kept, on the cluster clock, in milliseconds.
    package static let keyWindow: UInt64 = 3_600_000
    /// Keys kept per principal; more are refused until the oldest expire.
    package static let keysPerPrincipal = 1_000_000
    /// Requests of one origin that may be undecided at once.
    package static let originWindow = 16_384
    /// An encoded command that members pass on to each other: above the largest task with all its
    /// labels. A sole member has nobody to pass it on to.
    package static let commandBytes = 131_072
    package static let commandBytesAlone = 2 << 20
    /// How far wall time may move with one entry, in milliseconds, once it was set at all.
    package static let wallTimeJump: Int64 = 86_400_000
    /// What live tasks, jobs and keys may take together, accounted by `size`, unless the cluster
    /// was told otherwise.
    package static let stateBytes = 1 << 30
    /// What `stateBytes` may be set to.
    package static let stateBytesMax = 1 << 40
    /// The bytes of a queue's name, of a body, and of what a failure says.
    package static let queueNameBytes = 200
    package static let jobBytes = 1 << 20
    /// The longest body in a cluster of several, where a command must fit into a message.
    package static let jobBytesShared = 65_535
    package static let jobErrorBytes = 1_024
    /// Jobs that one command may touch. Each may bring two other records with it: its queue, and
    /// its session or its unique key.
    package static let jobsPerCommand = 320
    /// What a job counts towards `stateBytes` beside its body: what it weighs at most.
    package static let jobBytesBesidesBody = 300
    /// A delay, a time to run, a pause or a window: the seconds of a UInt32, in milliseconds.
    package static let jobSpan: UInt64 = 4_294_967_295_000
    /// A time to run of 0 means this one, in milliseconds.
    package static let leastTimeToRun: UInt64 = 1_000
    /// Priorities below it are counted as urgent.
    package static let urgentBelow: UInt32 = 1_024
    package static let queues = 100_000
    package static let sessions = 65_536
    package static let uniqueKeys = 1_000_000
    /// How long an empty queue that nobody configured is kept, in milliseconds: one that is used
    /// and emptied all the time must not come and go all the time.
    package static let queueLinger: UInt64 = 60_000
    /// How far beyond the next number a client may choose one, so that no single request uses up
    /// the numbers.
    package static let taskNumbersAhead: UInt64 = 1_000_000
    /// The highest number that a client may choose at all: a new task's rank follows from its
    /// number, and stays far from the ends of its type.
    package static let taskNumberMax: UInt64 = 1 << 40
    /// Tasks that one entry may bring, each with its step of the history.
    package static let importedTasks = 500
    /// Tasks that one entry moves out of a column which it removes.
    package static let tasksMovedWithColumns = 300
    /// Tasks that get another rank to make room for one that is moved between two.
    package static let tasksRenumbered = 64
    package static let boards = 1_000
    package static let columns = 12
    package static let columnKeyBytes = 32
    package static let commentBytes = 16_384
    package static let views = 10_000
    /// A saved view's query, in bytes.
    package static let queryBytes = 1_024
    package static let users = 10_000
    package static let emailCharacters = 254
    package static let passwordHashBytes = 512
    /// A secret's hash: SHA-256.
    package static let secretHashBytes = 32
    package static let tokensPerUser = 256
    /// Expired keys that one command may carry away.
    package static let expiriesPerCommand = 16

    /// The relations between them that the code relies on; checked once at start.
    package static func check() {
        let largestTask =
            titleCharacters * 4 + descriptionBytes + nameCharacters * 8
            + labels * (labelCharacters * 4 + 2) + keyBytes + 1_024
        precondition(largestTask < commandBytes, "A command must hold the largest task.")
        let records = 3 * jobsPerCommand + 2 * expiriesPerCommand + 2
        precondition(records <= 1_000, "A command touches at most 1,000 records.")
        precondition(
            2 * max(tasksMovedWithColumns, tasksRenumbered + 1) + 2 <= 1_000
                && 2 * importedTasks <= 1_000,
            "A command touches at most 1,000 records, beside its request's window and key.")
        precondition(
            jobBytesShared + 1_024 < commandBytes && jobBytes + 1_024 < commandBytesAlone,
            "A command must hold the largest job.")
    }
}
