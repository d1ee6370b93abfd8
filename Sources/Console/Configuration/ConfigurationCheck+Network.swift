import StateStore

/// Members, listeners and what others are told about them.
extension ConfigurationCheck {
    mutating func members(including id: UInt64) -> [UInt64: HostPort] {
        guard let text = values[.initialMembers] else {
            missing(.initialMembers)
            return [:]
        }
        guard let members = parseMembers(text) else { return [:] }
        if ![1, 3, 5, 7].contains(members.count) {
            problem(
                .initialMembers, "names \(members.count) nodes",
                "a cluster has 1, 3, 5 or 7: an even one tolerates no more losses than the "
                    + "next smaller")
        }
        if id != 0, members[id] == nil {
            let known = members.keys.sorted().map(String.init).joined(separator: ", ")
            problem(
                .initialMembers, "does not name this node, \(id)",
                "add '\(id)=host:port', or choose node.id among \(known)")
        }
        return members
    }

    private mutating func parseMembers(_ text: String) -> [UInt64: HostPort]? {
        var members: [UInt64: HostPort] = [:]
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let item = part.drop { $0 == " " }
            let sides = item.split(separator: "=", maxSplits: 1)
            guard sides.count == 2, let id = UInt64(sides[0]), id > 0,
                let address = HostPort(sides[1].filter { $0 != " " })
            else {
                problem(
                    .initialMembers, "'\(part)' is not ID=host:port",
                    "write for example \(ConfigurationKey.initialMembers.example)")
                return nil
            }
            if members[id] != nil {
                problem(.initialMembers, "names node \(id) twice", "give each node its own ID")
                return nil
            }
            if let other = members.first(where: { $0.value == address })?.key {
                problem(
                    .initialMembers, "nodes \(other) and \(id) share the address \(address)",
                    "give each node an address of its own")
                return nil
            }
            members[id] = address
        }
        return members
    }

    /// Without tokens and TLS, only this machine may connect, unless that was asked for. Where
    /// there are users, HTTP asks everybody for a token.
    mutating func checkListeners(
        _ listeners: [(ConfigurationKey, HostPort)], insecure: Bool, users: Bool
    ) {
        for (place, (key, address)) in listeners.enumerated() {
            let asksForTokens = users && key == .listenHTTP
            if !insecure, !asksForTokens, !address.isLoopback {
                problem(
                    key, "\(address) can be reached from other machines, without token or TLS",
                    "listen on 127.0.0.1:\(address.port), or accept it by --insecure or "
                        + "\(ConfigurationKey.insecure.variable)=true in a network you trust")
            }
            if let other = listeners[..<place].first(where: { $0.1 == address })?.0 {
                problem(
                    key, "\(address) is taken by \(other.path) already",
                    "give each listener a port of its own")
            }
        }
    }

    mutating func advertiseHTTP(
        listen: HostPort, member: HostPort?
    ) -> HostPort {
        // A wildcard is no address to go to; the name that peers use is.
        let host = listen.isWildcard ? member?.host ?? listen.host : listen.host
        return address(.advertiseHTTP, default: HostPort(host: host, port: listen.port))
    }

    mutating func store() -> StoreSettings {
        guard let url = values[.storeURL] else { return .sqlite }
        do throws(StoreSettingsError) {
            return try StoreSettings(url)
        } catch {
            problem(.storeURL, "cannot be used", "\(error)")
            return .sqlite
        }
    }
}
