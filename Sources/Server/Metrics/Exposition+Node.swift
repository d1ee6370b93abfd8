package import Node
import Work

// What a node says of itself, of the cluster as it sees it, and of what it holds.
extension Exposition {
    /// No queue may have that name: it has a space.
    package static let otherQueues = "other queues"

    package mutating func node(_ measures: NodeMeasures) {
        info(measures.status)
        checks(measures.status)
        raft(measures)
        peers(measures.status)
        stores(measures.status)
        work(measures)
        writes(measures)
    }

    private mutating func info(_ status: ClusterStatus) {
        let own = status.nodes.first { $0.id == status.node }
        metric("node_info", .gauge, "Always 1: which node of which cluster this is.")
        sample(
            1,
            [
                "cluster": status.cluster, "node": String(status.node), "name": own?.name ?? "",
            ])
    }

    private mutating func checks(_ status: ClusterStatus) {
        metric("ready", .gauge, "Whether a check of /readyz is good.")
        for check in ReadinessCheck.all(status) {
            sample(check.isGood, ["check": check.name.rawValue])
        }
    }

    private mutating func peers(_ status: ClusterStatus) {
        let peers = status.nodes.filter { $0.id != status.node }
        metric(
            "peer_reachable", .gauge,
            "0 for another node that was silent for a second, or as soon as its connection breaks.")
        for peer in peers {
            sample(peer.role != .unreachable, ["peer": String(peer.id)])
        }
        metric("peer_last_contact_seconds", .gauge, "Since another node was heard of.")
        for peer in peers {
            guard let contact = peer.lastContact else { continue }
            sample(Double(contact) / 1_000, ["peer": String(peer.id)])
        }
    }

    private mutating func stores(_ status: ClusterStatus) {
        guard let own = status.nodes.first(where: { $0.id == status.node }) else { return }
        var stores = [("base", own.base)]
        if own.store.kind == .mysql { stores.append(("mysql", own.store)) }
        metric("store_ok", .gauge, "Whether a store of this node works and is not catching up.")
        for (name, store) in stores { sample(store.state == .ok, ["store": name]) }
        metric("store_lag_entries", .gauge, "Committed entries that a store does not hold yet.")
        for (name, store) in stores {
            let lag = own.commit > store.index ? own.commit - store.index : 0
            sample(lag, ["store": name])
        }
    }

    private mutating func work(_ measures: NodeMeasures) {
        gauge("tasks", "Live tasks, the same on all nodes.", measures.tasks)
        gauge("queues", "Queues, the same on all nodes.", measures.jobs.queues)
        metric(
            "jobs", .gauge,
            "Jobs by queue and state, the same on all nodes. The \(NodeMeasures.queuesMax) fullest "
                + "queues have names here.")
        for queue in measures.jobs.fullest { jobs(queue.name.text, queue.jobs) }
        if measures.jobs.queues > measures.jobs.fullest.count {
            jobs(Self.otherQueues, measures.jobs.others)
        }
        gauge(
            "workers_waiting", "Clients of this node that wait for a job.",
            measures.waitingWorkers)
        gauge(
            "proposals_pending", "Requests of this node's clients that are not decided yet.",
            measures.pendingProposals)
    }

    private mutating func jobs(_ queue: String, _ jobs: StateCounts) {
        sample(jobs.ready, ["queue": queue, "state": "ready"])
        sample(jobs.delayed, ["queue": queue, "state": "delayed"])
        sample(jobs.reserved, ["queue": queue, "state": "reserved"])
        sample(jobs.buried, ["queue": queue, "state": "buried"])
    }

    private mutating func writes(_ measures: NodeMeasures) {
        histogram(
            "log_sync_duration_seconds", "How long it took to make a batch of the log durable.",
            measures.log.durations)
        counter("log_entries_total", "Entries written to the log.", measures.log.entries)
        counter("log_bytes_total", "Payload of the entries written to the log.", measures.log.bytes)
        histogram(
            "base_write_duration_seconds", "How long a transaction of the base took.",
            measures.base.durations)
        counter("base_entries_total", "Applied entries written to the base.", measures.base.entries)
    }
}
