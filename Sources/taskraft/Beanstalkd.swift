import ArgumentParser
import Beanstalk
import Console
import Dispatch
import Foundation
import Logging
import Node
import Server
import StateStore
import Work

/// One node that programs for beanstalkd use unchanged.
struct Beanstalkd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run one node in the place of beanstalkd, with its flags and signals.",
        discussion: """
            Without -b everything is in memory, and gone at the end. SIGTERM and SIGINT end it;
            SIGUSR1 lets it refuse new jobs, so that it can be taken away when it is empty.

            WHAT DIFFERS FROM BEANSTALKD
              -l  127.0.0.1 unless it says otherwise; any other address but a Unix socket wants
                  --insecure, since there are no passwords
              -z  up to 1048576
              -f, -F, -s  are taken and change nothing: with -b every answer waits for the disk,
                  many at once share one write
              -b  a directory of its own; the binlog of beanstalkd is not read

            EXAMPLES
              taskraft beanstalkd
              taskraft beanstalkd -p 11301 -b /var/lib/queue
              taskraft beanstalkd -l unix:/run/queue.sock
            """)

    @Option(name: .customShort("l"), help: .init("Listen here.", valueName: "addr|unix:path"))
    var listen = "127.0.0.1"
    @Option(name: .customShort("p", allowingJoined: true), help: "Listen on this port.")
    var port = 11_300
    @Option(
        name: .customShort("b", allowingJoined: true),
        help: .init("Keep jobs in this directory.", valueName: "dir"))
    var directory: String?
    @Option(
        name: .customShort("f", allowingJoined: true),
        help: .init("Taken for compatibility.", valueName: "ms"))
    var syncInterval: Int?
    @Flag(name: .customShort("F"), help: "Taken for compatibility.")
    var neverSync = false
    @Option(
        name: .customShort("s", allowingJoined: true),
        help: .init("Taken for compatibility.", valueName: "bytes"))
    var fileSize: Int?
    @Option(
        name: .customShort("u", allowingJoined: true),
        help: .init("Become this user.", valueName: "user"))
    var user: String?
    @Option(
        name: .customShort("z", allowingJoined: true),
        help: .init("The longest job.", valueName: "bytes"))
    var jobBytes = UInt32(Limits.jobBytesShared)
    @Flag(name: .customShort("V"), help: "Say more; twice, much more.")
    var verbosity: Int
    @Flag(name: .customShort("v"), help: "Show the version.")
    var showsVersion = false
    @Flag(help: "Listen where others can reach it, without passwords.")
    var insecure = false

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("-p \(port) is no port") }
        guard jobBytes <= Limits.jobBytes else {
            throw ValidationError("-z \(jobBytes) is more than \(Limits.jobBytes)")
        }
        let isOpen = listen.hasPrefix("unix:") || HostPort(host: listen, port: 1).isLoopback
        guard isOpen || insecure else {
            throw ValidationError(
                "-l \(listen) can be reached by others, and there are no passwords: add --insecure "
                    + "if that is what you want")
        }
    }

    func run() async throws {
        if showsVersion {
            print(Taskraft.name)
            return
        }
        let level: Logger.Level = verbosity == 0 ? .warning : verbosity == 1 ? .info : .debug
        LineLogHandler.bootstrap(format: .text, level: level)
        var logger = Logger(label: "beanstalkd")
        logger.logLevel = level
        ProcessSetup.raiseOpenFileLimit(logger)
        if let user { try ProcessSetup.become(user) }
        let node = try ProcessSetup.stoppable { try makeNode(logger) }
        let front = BeanstalkFront(
            node: node, addresses: [address], settings: settings, logger: logger)
        let drain = onDrain { front.drain() }
        defer { drain.cancel() }
        try await ProcessSetup.serve(node, [front], logger)
    }

    private var address: BeanstalkAddress {
        listen.hasPrefix("unix:")
            ? .unix(path: String(listen.dropFirst("unix:".count)))
            : .tcp(host: listen, port: port)
    }

    private var settings: BeanstalkSettings {
        var settings = BeanstalkSettings(
            facts: ServerFactsSource(
                version: Taskraft.name, id: .random(in: .min ... .max)))
        settings.limits = ConnectionLimits(jobBytes: jobBytes)
        settings.isAlone = true
        return settings
    }

    private func makeNode(_ logger: Logger) throws -> RunningNode {
        do {
            return try RunningNode(
                settings: NodeSettings(
                    cluster: "beanstalkd", id: 1, members: [1: "127.0.0.1:0"],
                    dataDirectory: directory, peerListen: nil, httpAdvertise: "", store: .sqlite),
                logger: logger)
        } catch {
            throw Failure("\(error)")
        }
    }

    private func onDrain(_ body: @escaping @Sendable () -> Void) -> any DispatchSourceSignal {
        signal(SIGUSR1, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: SIGUSR1, queue: .global())
        source.setEventHandler(handler: body)
        source.resume()
        return source
    }
}
