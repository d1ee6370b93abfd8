import ArgumentParser
import Client
import Console
import Foundation

/// Where the cluster is, and how to answer.
struct Connection: ParsableArguments {
    @Option(
        help: "Addresses of nodes, separated by commas. [TASKRAFT_URL]")
    var url: String?
    @Option(help: "A file that holds a token. [TASKRAFT_TOKEN: the token itself]")
    var tokenFile: String?
    @Flag(help: "Answer with JSON, for programs.")
    var json = false

    /// Works with a client that is closed in the end, whatever happened.
    func use<Result>(
        policy: RetryPolicy = .interactive, spread: Bool = false,
        socket: String? = nil, _ body: (TaskraftClient) async throws -> Result
    ) async throws -> Result {
        if let socket {
            return try await use([BaseURL(socket: socket)], nil, policy, spread, body)
        }
        let text =
            url ?? ProcessInfo.processInfo.environment["TASKRAFT_URL"] ?? "http://127.0.0.1:8080"
        let bases: [BaseURL]
        do {
            bases = try BaseURL.list(text)
        } catch {
            throw Failure("--url: \(error)", .usage)
        }
        return try await use(bases, try token(), policy, spread, body)
    }

    /// A secret is no argument of a command: others can see those.
    private func token() throws -> String? {
        guard let tokenFile else { return ProcessInfo.processInfo.environment["TASKRAFT_TOKEN"] }
        do {
            return try String(contentsOfFile: tokenFile, encoding: .utf8)
                .trimmingCharacters(in: .whitespacesAndNewlines)
        } catch {
            throw Failure("--token-file: \(tokenFile) cannot be read", .usage)
        }
    }

    private func use<Result>(
        _ bases: [BaseURL], _ token: String?, _ policy: RetryPolicy, _ spread: Bool,
        _ body: (TaskraftClient) async throws -> Result
    ) async throws -> Result {
        let client = TaskraftClient(
            bases: bases, policy: policy, spread: spread, token: token)
        do {
            let result = try await body(client)
            await client.shutdown()
            return result
        } catch {
            await client.shutdown()
            throw Failure(error)
        }
    }

    func show(_ task: TaskItem) throws {
        if json { return try show(json: task) }
        Terminal.output.line(TaskText.details(task))
    }

    func show(json value: some Encodable) throws {
        Terminal.output.line(String(decoding: try JSON.encode(value, pretty: true), as: UTF8.self))
    }
}
