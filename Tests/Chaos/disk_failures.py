#!/usr/bin/env python3
"""A sync fails, or the disk is full: the node stops at once and says what to do; no word of it is
lost, the others go on, and with the cause removed it comes back."""

import os
import subprocess
import time

from harness import (
    SYNCS, Cluster, Load, Tracer, compare_bases, eventually, list_tasks, poll, run,
    tracing_problem, verify_load, wait_converged)

# Until the process has ended. It takes no time once the sync has failed, but some files are synced
# only now and then.
PATIENCE = 30.0


def wait_end(node, timeout=PATIENCE):
    """The exit code; None if the process goes on."""
    poll(lambda: not node.alive, timeout, 0.02)
    return node.process.returncode if not node.alive else None


def check_end(report, node, offset, file, remedy, name):
    """It ended by itself, and the last thing it says helps whoever has to mend it."""
    code = wait_end(node)
    report.check(code not in (None, 0) and code > 0, f"{name}: the node stops with an error",
                 f"exit code {code}")
    lines = node.log_lines(r"CRITICAL|^Error|^taskraft", offset)
    path = os.path.join(node.data, file)
    report.check(lines and all(path in line for line in lines[-1:]),
                 f"{name}: its last line names {file}", lines or node.log_lines("", offset)[-4:])
    report.check(lines and remedy in lines[-1], f"{name}: it says what to do", lines)
    if node.alive:
        node.kill()


def check_others(report, load, name):
    since = time.monotonic()
    before = load.acknowledged()
    done = poll(lambda: load.acknowledged() > before + 50, 10, 0.02)
    report.check(done, f"{name}: the others go on", f"{time.monotonic() - since:.2f} s")


def fail_syncs(report, cluster, load):
    """One sync of each file fails, at the leader and at others.

    Only the first one does, and all after it would pass: that they do proves nothing any more.
    """
    problem = tracing_problem()
    if problem:
        report.skip(f"no process can be traced here: {problem}")
        return
    for number, file in enumerate(
            ("raft.sqlite-wal", "raft.sqlite", "mark", "state.sqlite-wal", "state.sqlite")):
        leader = cluster.wait_leader()
        others = [node for node in cluster.nodes if node is not leader]
        node = leader if number % 2 == 0 else others[number % len(others)]
        name = f"failed sync of {file} at node {node.number}"
        offset = node.log_size()
        tracer = Tracer(node.process.pid, f"{SYNCS}:error=EIO:when=1",
                        file=os.path.join(node.data, file))
        check_end(report, node, offset, file.removesuffix("-wal"), "check the disk", name)
        tracer.stop()
        check_others(report, load, name)
        node.start()
        cluster.wait_ready(20, [node])


def fill_disk(report, cluster, load):
    """A node whose data directory lies on a file system of its own, which fills up."""
    node = cluster.node(2)
    filler = os.path.join(node.data, "filler")
    with open(filler, "wb") as file:
        try:
            while True:
                file.write(bytes(1 << 16))
                file.flush()
        except OSError:
            pass
    offset = node.log_size()
    check_end(report, node, offset, "", "free space", "full disk")
    check_others(report, load, "full disk")
    offset = node.log_size()
    node.start()
    check_end(report, node, offset, "", "free space", "full disk at the start")
    os.remove(filler)
    node.start()
    cluster.wait_ready(20, [node])
    report.check(node.alive, "full disk: with space again the node is back")


def small_disk(report, node):
    """Mounts a small file system where the node keeps its data; False where that is not allowed."""
    os.makedirs(node.data)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=48m,mode=0700", "none", node.data],
        capture_output=True, text=True, check=False)
    if mounted.returncode:
        report.skip(f"full disk: no file system can be mounted here: {mounted.stderr.strip()}")
        return False
    report.at_end(lambda: subprocess.run(["umount", "-l", node.data], check=False))
    return True


def main(report):
    cluster = Cluster(report)
    has_small_disk = small_disk(report, cluster.node(2))
    report.at_end(cluster.kill_all)
    cluster.start_all()
    load = Load(cluster.addresses, writers=6, pause=0.002).start()
    eventually("writes are acknowledged", lambda: load.acknowledged() > 200, 20)
    fail_syncs(report, cluster, load)
    if has_small_disk:
        fill_disk(report, cluster, load)
    report.check(load.stop(), "all writers end")
    report.figure("acknowledged writes", load.acknowledged())
    wait_converged(cluster, report)
    items = list_tasks(cluster.addresses[0])
    cluster.stop_all(report)
    verify_load(load.ledger(), compare_bases(cluster, report)[1], items, report)


if __name__ == "__main__":
    run("disk-failures", 120, main)
