#!/usr/bin/env python3
"""kill -9 at random moments, on any node, while its log is busy with batches all the time.

Every node that comes back must come to the same state; nothing acknowledged may be missing, and
nothing may be there twice.
"""

import argparse
import random
import time

from harness import (
    Cluster, Load, compare_bases, eventually, list_tasks, run, verify_load, wait_converged)

WRITERS = 24


def kill_at_random(report, cluster, load, kills, chance):
    """One node at a time, so that a majority goes on and every log is written to."""
    ready = []
    for _ in range(kills):
        before = load.acknowledged()
        eventually("writes are acknowledged", lambda: load.acknowledged() > before + 20, 20, 0.01)
        time.sleep(chance.uniform(0, 0.15))
        node = chance.choice(cluster.nodes)
        node.kill()
        killed = time.monotonic()
        time.sleep(chance.uniform(0, 0.1))
        node.start()
        cluster.wait_ready(20, [node])
        ready.append(time.monotonic() - killed)
    report.figure("until a killed node was ready again", f"at most {max(ready):.1f} s")


def nothing_lost_silently(report, cluster, kills):
    """A kill takes nothing that was synced, so no node may find less than it acknowledged."""
    lines = [line for node in cluster.nodes
             for line in node.log_lines("acknowledged entries are missing|damaged|refus")]
    report.clean(lines, f"no node takes any of {kills} kills for damage")


def main(report, options):
    report.figure("seed", options.seed)
    chance = random.Random(options.seed)
    cluster = Cluster(report)
    cluster.start_all()
    load = Load(cluster.addresses, writers=WRITERS).start()
    kill_at_random(report, cluster, load, options.kills, chance)
    report.check(load.stop(), "all writers end")
    report.figure("acknowledged writes", load.acknowledged())
    report.figure("answers", dict(load.answers()))
    wait_converged(cluster, report)
    nothing_lost_silently(report, cluster, options.kills)
    items = list_tasks(cluster.addresses[0])
    cluster.stop_all(report)
    verify_load(load.ledger(), compare_bases(cluster, report)[1], items, report, load)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    options = parser.parse_args()
    run("batch-kills", 180, lambda report: main(report, options))
