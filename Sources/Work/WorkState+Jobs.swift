/// The job queue within the replicated state.
extension WorkState {
    /// Tasks, jobs, keys and items share one bound. What makes the state smaller is never refused.
    var isFull: Bool { room <= 0 }

    /// What is left of it.
    var room: Int { Int(scalars.bytesMax) - bytes - jobs.bytes - items.bytes }

    mutating func perform(_ command: JobCommand, _ context: inout Context) -> Reply {
        let reply = jobs.perform(
            command, clusterTime: scalars.clusterTime, wallTime: context.time,
            room: room, into: &context.changes)
        context.woken = jobs.woken
        return reply
    }

    mutating func limitState(_ bytes: UInt64) -> Reply {
        scalars.bytesMax = min(bytes, UInt64(Limits.stateBytesMax))
        return .done
    }

    /// What is remembered of a command for jobs under its key. Numbers of jobs that were put
    /// together follow each other; those that stood under a unique key already are not among them.
    static func outcome(of reply: JobReply) -> KeyOutcome? {
        switch reply {
        case .put(let results):
            var inserted: [JobID] = []
            for case .inserted(let id) in results { inserted.append(id) }
            return inserted.first.map {
                KeyOutcome(
                    kind: .put, task: TaskID($0.rawValue), version: UInt64(inserted.count))
            }
        case .job(let job):
            return KeyOutcome(kind: .job, task: TaskID(job.id.rawValue), version: 0)
        case .removed(let id):
            return KeyOutcome(kind: .job, task: TaskID(id.rawValue), version: 0)
        case .reserved, .moved: return nil
        }
    }
}
