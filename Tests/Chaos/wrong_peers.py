#!/usr/bin/env python3
"""Peers that do not belong are kept out, each with one line in the log, and nobody else notices."""

import os
import socket
import time

from harness import (
    Cluster, Ledger, Load, compare_bases, list_tasks, run, verify_load, wait_converged)

# What a node writes about a peer it will not talk to, and about being refused itself.
REFUSAL = r"refus|reject"
# How long wrong peers are left knocking: several rounds of reconnects.
RETRIES = 5.0


def write_beside(report, nodes, whole, name, start):
    """Starts the wrong peer and writes through the right ones for a while: nothing may fail."""
    load = Load([node.http for node in nodes], writers=4, name=name, pause=0.01).start()
    start()
    time.sleep(RETRIES)
    report.check(load.stop() and load.acknowledged() > 0, f"{name}: writes go on")
    failed = load.answers()[503] + load.answers()[504] + load.answers()["lost"]
    report.check(failed == 0, f"{name}: none of them fails", dict(load.answers()))
    whole.merge(load.ledger())


def foreign_cluster(report, cluster, whole):
    """A process of another cluster that names our nodes as its peers."""
    offsets = [node.log_size() for node in cluster.nodes]
    other = Cluster(report, "intruder", nodes=3, cluster="elsewhere")
    intruder = other.node(3)
    ours = ",".join(f"{node.number}={node.peer}" for node in cluster.nodes[:2])
    intruder.environment["TASKRAFT_INITIAL_MEMBERS"] = f"{ours},3={intruder.peer}"
    write_beside(report, cluster.nodes, whole, "beside-intruder", intruder.start)
    for node, offset in list(zip(cluster.nodes, offsets))[:2]:
        lines = node.log_lines(REFUSAL, offset)
        report.check(len(lines) == 1, f"node {node.number} logs once that it refuses another "
                                      "cluster", f"{len(lines)} lines: {lines[:3]}")
        report.check(all("cluster" in line.lower() for line in lines),
                     f"node {node.number} says that the cluster is the reason", lines[:2])
    lines = intruder.log_lines(REFUSAL)
    report.check(1 <= len(lines) <= 2, "the foreign process logs once per peer that it is refused",
                 f"{len(lines)} lines: {lines[:4]}")
    intruder.kill()


def garbage(report, cluster):
    """Bytes that are no handshake end that connection and nothing else."""
    node = cluster.node(1)
    host, port = node.peer.split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: nobody\r\n\r\n" + bytes(range(256)) * 8)
        try:
            while connection.recv(65_536):
                pass
            closed = True
        except ConnectionResetError:
            closed = True
        except TimeoutError:
            closed = False
    report.check(closed and node.alive, "garbage at the peers' door ends that connection alone")


def emptied_directory(report, cluster, whole):
    """A node ID that comes back with an empty disk is refused, with its old disk it is taken."""
    leader = cluster.wait_leader()
    node = next(each for each in cluster.nodes if each is not leader)
    others = [each for each in cluster.nodes if each is not node]
    node.kill()
    saved = node.data + ".saved"
    os.rename(node.data, saved)
    offsets = {each: each.log_size() for each in cluster.nodes}
    write_beside(report, others, whole, "beside-empty", node.start)
    refused_for_empty_disk(report, node, others, offsets)
    node.kill()
    node.wipe()
    os.rename(saved, node.data)
    node.start()
    cluster.wait_ready(20, [node])
    report.check(True, f"node {node.number} is taken back with its own disk")


def refused_for_empty_disk(report, node, others, offsets):
    reason = r"empty|emptied|incarnation|another disk|other disk|data director"
    lines = node.log_lines(REFUSAL, offsets[node])
    report.check(1 <= len(lines) <= len(others),
                 f"node {node.number} with an empty disk logs once per peer that it is refused",
                 f"{len(lines)} lines: {lines[:4]}")
    report.check(node.log_lines(reason, offsets[node]),
                 f"node {node.number} is told the reason", lines[:2])
    for other in others:
        lines = other.log_lines(REFUSAL, offsets[other])
        report.check(len(lines) == 1, f"node {other.number} logs the refusal once",
                     f"{len(lines)} lines: {lines[:3]}")


def main(report):
    whole = Ledger()
    cluster = Cluster(report)
    cluster.start_all()
    foreign_cluster(report, cluster, whole)
    garbage(report, cluster)
    emptied_directory(report, cluster, whole)
    wait_converged(cluster, report)
    items = list_tasks(cluster.addresses[0])
    report.check(all(node.alive for node in cluster.nodes), "no node stopped by itself")
    cluster.stop_all(report)
    verify_load(whole, compare_bases(cluster, report)[1], items, report)


if __name__ == "__main__":
    run("wrong-peers", 120, main)
