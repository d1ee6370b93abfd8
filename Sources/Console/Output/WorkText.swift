import Client

/// What a worker does, one line for each job: for people, or as JSON for programs.
package enum WorkText {
    package static func line(_ event: Worker.Event) -> String {
        switch event {
        case .troubled(let text): return "no jobs can be had now, trying again: \(text)"
        case .finished(let job, let outcome, let seconds):
            let span = JobText.span(UInt64(max(0, seconds * 1000)))
            return "job \(job.id): \(text(outcome)) (attempt \(job.attempt), \(span))"
        }
    }

    private static func text(_ outcome: Worker.Outcome) -> String {
        switch outcome {
        case .done: "done"
        case .failed(let how, let job): Printable.line("failed, \(how); \(next(job))")
        case .buried(let how): Printable.line("buried, \(how)")
        case .lost(let why):
            Printable.line("its lease ended before it was reported, so it may run again: \(why)")
        case .givenBack: "stopped and given back"
        }
    }

    /// What becomes of a job that failed.
    private static func next(_ job: JobItem?) -> String {
        switch job?.state {
        case "buried": "its attempts are spent, so it is buried"
        case "delayed": "tried again in \(JobText.span(job?.dueIn ?? 0))"
        default: "tried again"
        }
    }

    package static func json(_ event: Worker.Event) -> String {
        let line: Line
        switch event {
        case .troubled(let text): line = Line(event: "trouble", error: text)
        case .finished(let job, let outcome, let seconds):
            let (name, error) = name(outcome)
            line = Line(
                event: name, job: job.id, queue: job.queue, attempt: job.attempt,
                seconds: (seconds * 1000).rounded() / 1000, error: error)
        }
        // Numbers and text: nothing of it can fail to be written.
        return (try? JSON.encode(line)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    private struct Line: Encodable {
        var event: String
        var job: UInt64?
        var queue: String?
        var attempt: UInt64?
        var seconds: Double?
        var error: String?
    }

    private static func name(_ outcome: Worker.Outcome) -> (String, String?) {
        switch outcome {
        case .done: ("done", nil)
        case .failed(let how, _): ("failed", how)
        case .buried(let how): ("buried", how)
        case .lost(let why): ("lost", why)
        case .givenBack: ("given_back", nil)
        }
    }
}
