import Wire

extension Command {
    /// As few imports as hold these tasks, in their order: none has more than an entry may bring,
    /// nor more bytes than members pass on to each other.
    package static func imports(of tasks: [TaskFields]) -> [Command] {
        // The rest of a command is for its origin, actor and key.
        let bytesMax = Limits.commandBytes - 4_096
        var (commands, batch, bytes): ([Command], [TaskFields], Int) = ([], [], 0)
        for task in tasks {
            var writer = ByteWriter(capacity: 256 + task.description.utf8.count)
            task.encode(into: &writer)
            task.encodePlace(into: &writer)
            let size = writer.bytes.count
            if batch.count == Limits.importedTasks || bytes + size > bytesMax, !batch.isEmpty {
                commands.append(.importTasks(batch))
                (batch, bytes) = ([], 0)
            }
            batch.append(task)
            bytes += size
        }
        return batch.isEmpty ? commands : commands + [.importTasks(batch)]
    }
}
