#!/usr/bin/env python3
"""The leader's disk hangs while its process lives: another node leads, and writes go on."""

import time

from harness import (
    SYNCS, Cluster, Load, Tracer, compare_bases, eventually, list_tasks, poll, run, thread_of,
    tracing_problem, verify_load, wait_converged)

# From the moment the disk hangs until another node leads.
PROMISE = 3.0
# How long it hangs; longer than anybody waits.
HANGS = 4.0


def other_leader(cluster, old):
    """Asks the others: the one whose disk hangs may be the last to know."""
    for node in cluster.nodes:
        own = node.own(cluster.client) if node is not old else None
        if own and own["role"] == "leader":
            return node
    return None


def hang(report, cluster, load, name):
    """Every sync of the leader takes longer than the test looks."""
    old = cluster.wait_leader()
    offset = old.log_size()
    tracer = Tracer(old.process.pid, f"{SYNCS}:delay_enter=60000000")
    began = time.monotonic()
    try:
        new = poll(lambda: other_leader(cluster, old), 10, 0.02)
        took = time.monotonic() - began
        report.figure(f"{name}: another node leads after", f"{took:.2f} s")
        report.check(new and took < PROMISE, f"{name}: another node leads within {PROMISE:g} s",
                     f"{took:.2f} s")
        said(report, cluster, old, offset, name)
        time.sleep(max(0.0, began + HANGS - time.monotonic()))
        gap = load.longest_gap(began, time.monotonic())
        report.figure(f"{name}: longest time without an acknowledged write", f"{gap:.2f} s")
        report.check(gap < PROMISE, f"{name}: writes go on within {PROMISE:g} s", f"{gap:.2f} s")
        report.check(other_leader(cluster, old), f"{name}: somebody else still leads")
    finally:
        tracer.stop()
    comes_back(report, cluster, old, offset, name)


def hang_base(report, cluster, load):
    """Only the base of the leader hangs: it is behind the commit, so no write waits for it."""
    leader = cluster.wait_leader()
    term = leader.own(cluster.client)["term"]
    tracer = Tracer(thread_of(leader, "base"), f"{SYNCS}:delay_enter=60000000", threads=False)
    began = time.monotonic()
    try:
        stuck = poll(lambda: behind(cluster, leader), 10)
        report.check(stuck, "base: it stays behind", leader.own(cluster.client))
        time.sleep(2.5)
        gap = load.longest_gap(began, time.monotonic())
        report.figure("base: longest time without an acknowledged write", f"{gap:.2f} s")
        report.check(gap < 2.0, "base: writes go on meanwhile", f"{gap:.2f} s")
        own = leader.own(cluster.client)
        report.check((own["role"], own["term"]) == ("leader", term), "base: its node leads on", own)
    finally:
        tracer.stop()


def behind(cluster, node):
    own = node.own(cluster.client)
    return own["base"]["index"] + 100 < own["applied"]


def said(report, cluster, old, offset, name):
    lines = poll(lambda: old.log_lines("disk has made no write durable", offset), 3)
    report.check(lines and "raft.sqlite" in lines[0] and "check the disk" in lines[0],
                 f"{name}: its log names the file and says what to do", lines)
    ready = poll(lambda: not_ready(cluster, old), 3)
    report.check(ready and "disk hangs" in ready, f"{name}: its /readyz says 503 and why", ready)


def not_ready(cluster, node):
    reply = cluster.client.get(node.http, "/readyz")
    return reply.body.decode() if reply.status == 503 else None


def comes_back(report, cluster, old, offset, name):
    cluster.wait_ready(20, [old])
    lines = poll(lambda: old.log_lines("disk works again", offset), 5)
    report.check(len(lines) == 1, f"{name}: its log says once that the disk works again", lines)
    leader = cluster.wait_leader().own(cluster.client)
    report.check(poll(lambda: old.own(cluster.client)["applied"] >= leader["applied"], 10),
                 f"{name}: it catches up when its disk works again", old.own(cluster.client))
    report.check(old.alive, f"{name}: its process lived through it")


def main(report):
    problem = tracing_problem()
    if problem:
        report.skip(f"no process can be traced here: {problem}")
        return
    cluster = Cluster(report)
    cluster.start_all()
    load = Load(cluster.addresses, writers=6).start()
    eventually("writes are acknowledged", lambda: load.acknowledged() > 200, 20)
    for name in ("first", "second"):
        hang(report, cluster, load, name)
    hang_base(report, cluster, load)
    report.check(load.stop(), "all writers end")
    report.figure("acknowledged writes", load.acknowledged())
    report.figure("answers", dict(load.answers()))
    report.check(load.answers()["timed out"] == 0, "every request is answered, at each node",
                 dict(load.answers()))
    wait_converged(cluster, report)
    items = list_tasks(cluster.addresses[0])
    cluster.stop_all(report)
    verify_load(load.ledger(), compare_bases(cluster, report)[1], items, report)


if __name__ == "__main__":
    run("stalled-disk", 120, main)
