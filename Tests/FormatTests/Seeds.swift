import FuzzTargets
import NIOCore
import Node
import OrderedCollections
import Raft
import Replica
import Server
import StateStore
import Wire
import Work

/// Inputs that each target takes, made from real encodings: where the fuzzer and the mutations
/// begin. A new format gets its first inputs here.
enum Seeds {
    static func of(_ target: FuzzTarget) -> [[UInt8]] {
        switch target {
        case .frames: frames
        case .handshake:
            [Samples.bytes { Samples.hello.encode(into: &$0) }]
                + Samples.answers.map { $1.encoded() }
        case .messages: Samples.messages.map { $1 }.map(encoded)
        case .peerMessages:
            Samples.peerMessages.map { sample in Samples.bytes { sample.1.encode(into: &$0) } }
                + Samples.messages.map { [1] + encoded($1) }
        case .configurations:
            Samples.configurations.map { sample in Samples.bytes { sample.1.encode(into: &$0) } }
        case .requests: Samples.requests.map { $1.encoded() }
        case .entries: entries
        case .logRows: logRows
        case .baseRows: baseRows
        case .json, .queries, .headers, .csv, .addresses, .conversations, .filters:
            texts(target).map { Array($0.utf8) }
        }
    }

    private static func encoded(_ message: Message) -> [UInt8] {
        Samples.bytes { message.encode(into: &$0) }
    }

    private static let frames: [[UInt8]] = {
        var (all, seeds) = ([UInt8](), [[UInt8]]())
        for payload in [[], Array("taskraft".utf8), [UInt8](repeating: 7, count: 40)] {
            var buffer = ByteBuffer()
            Frames.append(payload, to: &buffer)
            seeds.append(Array(buffer.readableBytesView))
            all += buffer.readableBytesView
        }
        return seeds + [all]
    }()

    /// Those for tasks alone and all after each other; those for jobs each after what came before,
    /// since they need it.
    private static let entries: [[UInt8]] = {
        let tasks = Samples.taskPayloads.map(written)
        let jobs = Samples.jobPayloads.map(written)
        let stories = jobs.indices.map { last in jobs[...last].flatMap(\.self) }
        let items = Samples.itemPayloads.map(written)
        let later = stride(from: items.startIndex, to: items.endIndex, by: 3).map { last in
            (tasks.prefix(3) + items[...last]).flatMap(\.self)
        }
        let traces = (tasks.prefix(3) + Samples.tracePayloads.map(written)).flatMap(\.self)
        return tasks + [tasks.flatMap(\.self)] + stories + later + [traces]
    }()

    private static func written(_ sample: (String, [UInt8])) -> [UInt8] {
        Samples.bytes { $0.writeBytes(sample.1) }
    }

    /// Start, limit, two copies of the hard state, mark, base; then rows that are made right, and
    /// one with each thing wrong. `LogRowCheck` says what the flags mean.
    private static let logRows: [[UInt8]] = {
        let head: [UInt8] = [0, 0, 200, 1, 3, 1, 2, 1, 3, 0, 1, 1, 2, 1, 1]
        // The last is about the members, who are 1, 2 and 3.
        let rows: [UInt8] = [0x40, 1, 2, 0xca, 0xfe, 0x00, 0, 0, 0x80, 1, 6, 3, 1, 2, 3, 0, 0]
        let wrong: [[UInt8]] = [1, 2, 4, 8, 16].map { [0x40 | $0, 9, 1, 0xbb] }
        return [head + rows] + wrong.map { head + rows + $0 + rows }
    }()

    private static let baseRows: [[UInt8]] = {
        let (_, batch) = Samples.applied(withJobs: true, withItems: true, withTraces: true)
        let tasks = batch.tasks.values.map { row(0, $0) }
        let history = batch.history.map { row(1, $0) }
        let nodes = batch.nodes.values.map { row(2, $0) }
        let origins = batch.origins.values.compactMap(\.self).map { row(3, $0) }
        let keys = batch.keys.values.compactMap(\.self).map { row(4, $0) }
        return tasks + history + nodes + origins + keys
            + [batch.scalars].compactMap(\.self).map { row(5, $0) } + jobRows(batch)
            + batch.items.values.map(itemRow)
    }()

    private static func jobRows(_ batch: RowBatch) -> [[UInt8]] {
        var jobs: [JobRecord] = []
        for case .upsert(let job, _) in batch.jobs.jobs.values { jobs.append(job) }
        let queues = batch.jobs.queues.values.compactMap(\.self)
        let touched = TouchedJobs(
            index: 9, jobs: jobs.map(\.id).sorted(), queues: queues.map(\.name))
        return jobs.map { row(6, $0) } + queues.map { row(7, $0) }
            + batch.jobs.sessions.values.compactMap(\.self).map { row(8, $0) }
            + batch.jobs.uniques.values.compactMap(\.self).map { row(9, $0) } + [row(10, touched)]
    }

    private static func itemRow(_ item: Item) -> [UInt8] {
        switch item {
        case .board(let record): row(11, record)
        case .user(let record): row(12, record)
        case .token(let record): row(13, record)
        case .view(let record): row(14, record)
        case .comment(let record): row(15, record)
        }
    }

    private static func row(_ table: UInt8, _ record: some StoredRow) -> [UInt8] {
        baseRow(table, record.values)
    }

    /// As `BaseRowCheck` reads it.
    static func baseRow(_ table: UInt8, _ values: [SQLValue]) -> [UInt8] {
        Samples.bytes { writer in
            writer.writeByte(table)
            for value in values {
                switch value {
                case .null: writer.writeByte(0)
                case .int(let number):
                    writer.writeByte(1)
                    writer.writeSigned(number)
                case .text(let text):
                    writer.writeByte(2)
                    writer.writeString(text)
                case .blob(let bytes):
                    writer.writeByte(3)
                    writer.writeBytes(bytes)
                }
            }
        }
    }

    private static func texts(_ target: FuzzTarget) -> [String] {
        switch target {
        case .json:
            [
                #"{"title":"a\u00e9\ud83d\ude00","description":"\n","status":"in_progress","#
                    + #""priority":2,"due":"2026-12-01","assignee":null,"labels":["a"],"#
                    + #""author":"b"}"#,
                #" [ null , true , false , -12 , 0 , 1.5e+3 , "\"\\\/\b\f\n\r\t" , { } , [ ] ] "#,
                #"{"due":null,"assignee":"x","status":"done"}"#,
                #"{"body":"x","priority":7,"delay":"1.5s","ttr":90,"retry":{"attempts":5,"#
                    + #""backoff":"linear","delay":"2s","max_delay":"1m","jitter":20},"#
                    + #""unique":{"key":"k","window":"1h"}}"#,
                #"[{"body_base64":"AP+A","run_at":"2026-12-01T08:00:00Z","unique":"k"}]"#,
                #"{"lease":"7-2","error":"no","max":1,"wait":"20s","queues":["a/b"]}"#,
            ]
        case .queries:
            [
                "/v1/tasks?status=done&limit=5&cursor=%C3%A9+x", "/v1/tasks/17/history", "/",
                "http://n1:8081/v1/tasks/17?a=%41&%C3%A9=1", "/assets/app.js", "/v1/events",
                "/v1/queues/a%2Fb/jobs?state=buried&match=x", "/v1/jobs/7/complete",
                Cursor.tasks(status: .done, after: TaskID(7)).text,
                Cursor.history(TaskID(7), after: EventPosition(index: 9, ordinal: 1)).text,
                "MSBqb2JzIG1haWwgYnVyaWVkIDc",
            ]
        case .headers: ["m\"3\"", "m*", "n\"1\", W/\"7\"", "k\"a\\\"b\\\\c\"", "kbare-key\nm\"x\""]
        case .csv:
            [
                "title,labels\r\n\"a,b\",\"c \"\"d\"\"\"\r\n", "\u{feff}title\nx\n\n\"two\nlines\"",
                "a,,\n日本茶,é\n",
            ]
        case .filters:
            [
                "status:pending,done label:home -label:\"two words\" due<7d report",
                "p1 -p3 priority:1..3 assignee:ann author:bob is:unassigned sort:-updated",
                "\"exact words\" -\"not these\" pre* created<30d updated>=2026-01-01",
                "column:review board:2 id:5,7 due:overdue due:none due>=2026-12-01 is:deleted",
                "日本 naïve created:today due<=tomorrow updated<6h sort:title",
            ]
        case .addresses: ["127.0.0.1:8081", "[::1]:80", "node-1.example:65535"]
        case .conversations:
            [
                "put 1 2 3 4\r\nab\r\n\r\nreserve\r\ndelete 1\r\nrelease 1 2 3\r\nbury 1 2\r\n"
                    + "touch 1\r\nkick 500\r\nkick-job 1\r\nreserve-with-timeout 0\r\nquit\r\n",
                "use a\r\nwatch b\r\nignore a\r\nlist-tubes\r\nlist-tube-used\r\n"
                    + "list-tubes-watched\r\nstats\r\nstats-job 1\r\nstats-tube a\r\n"
                    + "pause-tube a 1\r\npeek 1\r\npeek-ready\r\npeek-delayed\r\npeek-buried\r\n",
                "put 1 2 3 400\r\n" + String(repeating: "b", count: 402)
                    + "put 0 0 1 3\r\nabcdereserve-job 3\r\nreserve-with-timeout 7\r\n",
            ]
        case .frames, .handshake, .messages, .peerMessages, .configurations, .requests, .entries,
            .logRows, .baseRows:
            []
        }
    }
}
