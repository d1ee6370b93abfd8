import Work

extension Samples {
    /// What machine version 4 added, after the entry that allows it.
    static let traceCommands: [(name: String, command: Command, isKeyed: Bool)] = [
        ("raiseMachineVersion to that of traces", .raiseMachineVersion(4), false),
        ("put with a trace", .jobs(.put(traced, [withTrace, NewJob(body: [])])), true),
        ("createNumbered", .createNumbered(TaskID(40), fields), true),
        ("createNumbered elsewhere", .createNumbered(TaskID(300), elsewhere), false),
        ("createNumbered again", .createNumbered(TaskID(1), TaskFields(title: "x")), false),
    ]

    private static let traced = QueueName("traced")!  // It is a name.

    private static let withTrace = NewJob(
        traceparent: TraceParent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
        body: Array("to: bob".utf8))

    private static let elsewhere: TaskFields = {
        var fields = TaskFields(title: "elsewhere")
        fields.column = "done"
        fields.status = .done
        return fields
    }()
}
