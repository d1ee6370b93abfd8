import Node
import Work

// What the program and its fronts say of themselves.
extension Exposition {
    mutating func build(version: String) {
        metric("build_info", .gauge, "Always 1: which program this is.")
        sample(
            1, ["version": version, "machine_version": String(WorkState.newestVersion)])
    }

    mutating func http(_ meter: HTTPMeter) {
        let answers = meter.current
        metric("http_requests_total", .counter, "Answered requests by method and status.")
        for kind in answers.byKind {
            sample(kind.count, ["method": kind.method, "code": String(kind.status)])
        }
        histogram(
            "http_request_duration_seconds",
            "From a request's head until its answer can be sent; long polls wait meanwhile.",
            answers.durations)
        counter(
            "http_response_bytes_total", "Bodies of answers, without streams.", answers.bytes)
        gauge("http_connections", "Open connections over HTTP.", meter.openConnections)
    }

    /// `tasks` follow `/v1/events`, `cluster` the nodes.
    mutating func streams(tasks: Int, cluster: Int) {
        metric("event_streams", .gauge, "Open streams of events.")
        sample(tasks, ["stream": "events"])
        sample(cluster, ["stream": "cluster"])
    }

    mutating func process(_ process: ProcessMeasures) {
        metric("process_cpu_seconds_total", .counter, "Processor time, user and system.")
        sample(process.processorSeconds)
        gauge("process_resident_memory_bytes", "Resident memory.", process.residentBytes)
        gauge("process_threads", "Threads.", process.threads)
        gauge("process_open_fds", "Open file descriptors.", process.openFiles)
        metric("process_start_time_seconds", .gauge, "When it started, since 1970.")
        sample(process.startTime)
    }
}
