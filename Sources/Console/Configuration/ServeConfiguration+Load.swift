extension ServeConfiguration {
    /// Reads and checks everything; reports all that is wrong at once.
    ///
    /// - Parameters:
    ///   - file: a path; nil for none.
    ///   - flags: what the command line said.
    package static func load(
        file path: String?, environment: [String: String],
        flags: [ConfigurationKey: String]
    ) async throws(ConfigurationProblems) -> ServeConfiguration {
        let file = path.map { ConfigurationFile(path: $0) }
        if let file, !file.isReadable { throw ConfigurationProblems(file.problems) }
        var check: ConfigurationCheck
        do {
            check = ConfigurationCheck(
                values: try await ConfigurationValues(
                    file: file, environment: environment, flags: flags))
        } catch {
            throw ConfigurationProblems([
                ConfigurationProblem(
                    .none, key: "", what: "\(path ?? "the configuration") cannot be read: \(error)",
                    remedy: "check it by: taskraft config check \(path ?? "FILE")")
            ])
        }
        let configuration = check.configuration()
        let problems = (file?.problems ?? []) + check.problems
        guard problems.isEmpty else { throw ConfigurationProblems(problems) }
        return configuration
    }

    /// Variables that look like ours and are not, with the one that may be meant.
    package static func unknownVariables(_ environment: [String: String]) -> [(String, String)] {
        let known = ConfigurationKey.allCases.map(\.variable)
        let others = [
            "TASKRAFT_CONFIG", "TASKRAFT_URL", "TASKRAFT_AUTHOR", "TASKRAFT_STRICT",
            "TASKRAFT_TOKEN",
            ControlSocket.variable,
        ]
        return environment.keys.sorted().compactMap { name in
            guard name.hasPrefix("TASKRAFT_"), !(known + others).contains(name) else { return nil }
            return Suggestion.nearest(to: name, in: known).map { (name, $0) }
        }
    }
}

extension ConfigurationCheck {
    fileprivate mutating func configuration() -> ServeConfiguration {
        let id = nodeID()
        let members = members(including: id)
        let (insecure, users) = (flag(.insecure), flag(.users))
        let http = address(.listenHTTP, default: HostPort(host: "127.0.0.1", port: 8080))
        let beanstalk = address(
            .listenBeanstalk, default: HostPort(host: "127.0.0.1", port: 8180))
        let peer = address(.listenPeer, default: HostPort(host: "127.0.0.1", port: 8280))
        checkListeners(
            [(.listenHTTP, http), (.listenBeanstalk, beanstalk), (.listenPeer, peer)],
            insecure: insecure, users: users)
        return ServeConfiguration(
            cluster: cluster(), nodeID: id, nodeName: nodeName(id), members: members,
            dataDirectory: values[.dataDirectory] ?? "./data", listenHTTP: http,
            listenBeanstalk: beanstalk, listenPeer: peer,
            advertiseHTTP: advertiseHTTP(listen: http, member: members[id]),
            store: store(), storePassword: storePassword(),
            storeVerifySeconds: storeVerifySeconds(), limitRequests: limitRequests(),
            logLevel: logLevel(), logFormat: logFormat(), insecure: insecure, users: users)
    }
}
