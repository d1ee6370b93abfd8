import Client
import Console
import Foundation
import Testing

/// Commands as they run for jobs.
@Suite(.timeLimit(.minutes(5))) struct CommandProcessTests {
    private func start(
        _ script: String, input: String = "", _ environment: [String: String] = [:]
    ) throws -> CommandProcess {
        try CommandProcess.start(
            ["/bin/sh", "-c", script], environment: environment, input: Data(input.utf8))
    }

    @Test func `a command gets the body and the environment, and its exit code tells`()
        async throws
    {
        let script = #"read line && [ "$line" = "hello $NAME" ] && exit 7"#
        let run = try start(script, input: "hello you\n", ["NAME": "you"])
        #expect(await run.exit() == .code(7))
        #expect(run.lastWords == "")
    }

    @Test func `a command need not read its input, however long it is`() async throws {
        let long = String(repeating: "x", count: 1 << 20)
        #expect(await (try start("exit 0", input: long)).exit() == .code(0))
        let counted = try start("[ $(wc -c) -eq 1048576 ]", input: long)
        #expect(await counted.exit() == .code(0))
    }

    @Test func `the last lines of standard error are kept`() async throws {
        let run = try start("for n in 1 2 3 4 5; do echo line $n >&2; done; exit 1")
        #expect(await run.exit() == .code(1))
        #expect(run.lastWords == "line 3\nline 4\nline 5")
    }

    @Test func `a child that stays behind holds nothing up`() async throws {
        let run = try start("sleep 30 & echo gone >&2; echo $! >&2; exit 3")
        #expect(await run.exit() == .code(3))
        let child = run.lastWords.split(separator: "\n").last.flatMap { pid_t($0) }
        kill(try #require(child), SIGKILL)
    }

    @Test func `a command that says nothing any more is waited for`() async throws {
        let run = try start("exec 2>&-; read line; exit 5", input: "x\n")
        #expect(await run.exit() == .code(5))
    }

    @Test func `a signal ends it, though it is ignored here`() async throws {
        let before = signal(SIGTERM, SIG_IGN)
        defer { signal(SIGTERM, before) }
        let run = try start("exec sleep 30")
        run.send(SIGTERM)
        #expect(await run.exit() == .signal(SIGTERM))
        // It has ended: its number may be another's.
        run.send(SIGKILL)
    }

    @Test func `a program is found as a shell finds it`() {
        #expect(CommandProcess.find("sh", path: "/nowhere:/bin") == "/bin/sh")
        #expect(CommandProcess.find("/bin/sh", path: "") == "/bin/sh")
        #expect(CommandProcess.find("no-such-program", path: "/bin:/usr/bin") == nil)
        #expect(CommandProcess.find("/etc", path: "/bin") == nil)
        #expect(CommandProcess.find("/etc/passwd", path: "/bin") == nil)
    }
}

/// What is said about jobs.
@Suite struct JobTextTests {
    private static let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    private func job(
        _ state: String, error: String? = nil, trace: String? = nil
    ) throws -> JobItem {
        let text = """
            {"id":7,"queue":"mail","state":"\(state)","priority":0,
             "created":"2026-11-21T04:33:23.123Z","age_ms":125000,"delay_ms":0,"ttr_ms":60000,
             "due_in_ms":\(state == "delayed" ? "2000" : "null"),
             "error":\(error.map { "\"\($0)\"" } ?? "null"),
             "traceparent":\(trace.map { "\"\($0)\"" } ?? "null"),"attempt":2,
             "reserves":2,"timeouts":0,"releases":0,"buries":1,"kicks":0,"failures":2,"size":5,
             "body":"hello"}
            """
        return try JSON.decode(JobItem.self, from: Data(text.utf8))
    }

    @Test(arguments: [
        (0, "0ms"), (250, "250ms"), (5_900, "5s"), (60_000, "1m"), (130_000, "2m 10s"),
        (11_100_000, "3h 5m"), (86_400_000, "1d"), (352_800_000, "4d 2h"),
    ] as [(UInt64, String)])
    func `a span is told in two units at most`(milliseconds: UInt64, text: String) {
        #expect(JobText.span(milliseconds) == text)
    }

    @Test func `a job is told with what went wrong`() throws {
        let text = JobText.details(try job("buried", error: "no route\\nto host"))
        #expect(text.contains("job       7 in mail\n"))
        #expect(text.contains("error     no route\n          to host\n"))
        #expect(text.hasSuffix("\nhello\n"))
    }

    @Test func `a worker says what became of each job`() throws {
        let taken = try job("reserved")
        func line(_ outcome: Worker.Outcome) -> String {
            WorkText.line(.finished(taken, outcome, seconds: 1.25))
        }
        #expect(line(.done) == "job 7: done (attempt 2, 1s)")
        #expect(
            line(.failed("exit code 3: no\nroute", try job("delayed")))
                == "job 7: failed, exit code 3: no route; tried again in 2s (attempt 2, 1s)")
        #expect(
            line(.failed("exit code 3", try job("buried")))
                == "job 7: failed, exit code 3; its attempts are spent, so it is buried "
                + "(attempt 2, 1s)")
        #expect(
            WorkText.json(.finished(taken, .buried("exit code 100"), seconds: 1.25))
                == #"{"attempt":2,"error":"exit code 100","event":"buried","job":7,"#
                + #""queue":"mail","seconds":1.25}"#)
        #expect(
            WorkText.json(.troubled("no leader")) == #"{"error":"no leader","event":"trouble"}"#)
    }

    @Test func `a command gets the trace of its job, and no other`() async throws {
        let settings = Worker.Settings(
            queues: ["mail"], command: ["/bin/sh"],
            environment: ["HOME": "/here", "TRACEPARENT": "of the worker"])
        let traced = settings.environment(for: try job("reserved", trace: Self.trace))
        #expect(
            traced == [
                "HOME": "/here", "TASKRAFT_JOB_ID": "7", "TASKRAFT_JOB_ATTEMPT": "2",
                "TASKRAFT_QUEUE": "mail", "TRACEPARENT": Self.trace,
            ])
        let script = #"[ "$TRACEPARENT" = "$WANTED" ] && exit 7"#
        for (environment, wanted) in [
            (traced, Self.trace), (settings.environment(for: try job("reserved")), ""),
        ] {
            var environment = environment
            environment["WANTED"] = wanted
            let run = try CommandProcess.start(
                ["/bin/sh", "-c", script], environment: environment, input: Data())
            #expect(await run.exit() == .code(7))
        }
    }

    @Test func `a job is told with its trace, if it has one`() throws {
        let line = "trace     \(Self.trace)\n"
        #expect(JobText.details(try job("ready", trace: Self.trace)).contains(line))
        #expect(!JobText.details(try job("ready")).contains("trace"))
    }

    @Test func `traces count towards what one command can hold`() {
        var draft = JobDraft(body: Data(count: 320))
        #expect(JobBatches(Array(repeating: draft, count: 320)).map(\.count) == [312, 8])
        draft.traceparent = Self.trace
        #expect(JobBatches(Array(repeating: draft, count: 320)).map(\.count) == [288, 32])
    }

    @Test func `many jobs are cut into requests that one command can hold`() {
        let small = Array(repeating: JobDraft(body: Data("x".utf8)), count: 700)
        #expect(JobBatches(small).map(\.count) == [320, 320, 60])
        let large = Array(repeating: JobDraft(body: Data(count: 50_000)), count: 5)
        #expect(JobBatches(large).map(\.count) == [2, 2, 1])
        // The cluster refuses it, and says why.
        #expect(JobBatches([JobDraft(body: Data(count: 1 << 20))]).map(\.count) == [1])
        #expect(JobBatches([]).map(\.count) == [])
    }
}
