import ArgumentParser
import Console
import Foundation

/// The command line. What it decides lives in `Console`; what it serves lives in `Server`.
@main
struct Taskraft: AsyncParsableCommand {
    /// Its name and version, as `--version` and beanstalkd's `stats` show them.
    static let name = "taskraft \(version)"
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "taskraft",
        abstract: "A replicated task list that survives its leader.",
        discussion: """
            EXAMPLES
              taskraft local up                 three nodes on this machine, and their page
              taskraft task add "Buy milk"      from any node
              taskraft status                   who leads, and how far everybody is
              taskraft job put mail "hello"     a job for a program
              taskraft work mail -- ./send.sh   run a program for each job
              taskraft serve --config taskraft.yaml
              taskraft beanstalkd -p 11300      one node in the place of beanstalkd

            EXIT CODES
              0 done, 1 failed,
              2 what is there stands in the way: somebody else changed it, the lease is over, the
              name is taken,
              3 no quorum or unknown outcome,
              64 wrong usage, 65 bad data, 78 wrong configuration
            """,
        version: name,
        subcommands: [
            Serve.self, Local.self, Tasks.self, Boards.self, Jobs.self, Queues.self, WorkOn.self,
            Status.self, Users.self, Tokens.self, Config.self, Beanstalkd.self,
        ])

    /// Without any argument but with a node's ID in the environment, this is a node: some
    /// environments take the arguments away.
    static func main() async {
        let arguments = Array(CommandLine.arguments.dropFirst())
        if arguments.isEmpty, ProcessInfo.processInfo.environment["TASKRAFT_NODE_ID"] != nil {
            await run(["serve"])
        } else {
            await run(arguments)
        }
    }

    private static func run(_ arguments: [String]) async {
        do {
            var command = try parseAsRoot(arguments)
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let error as Failure {
            end(error)
        } catch let error as ConfigurationProblems {
            end(Failure(error))
        } catch {
            exit(withError: error)
        }
    }

    private static func end(_ failure: Failure) -> Never {
        let terminal = Terminal.error
        terminal.line(terminal.paint("error:", .red) + " " + failure.message)
        Foundation.exit(failure.status.rawValue)
    }
}
