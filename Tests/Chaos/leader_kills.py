#!/usr/bin/env python3
"""Sixteen clients write through all nodes while the leader is killed every few seconds.

Nothing acknowledged may be lost, nothing applied twice, and at the end all stores are equal.
"""

import argparse
import time

from harness import (
    Cluster, Load, MariaDB, compare_bases, compare_projections, list_tasks, run,
    verify_load, wait_converged)
from harness.mariadb import PASSWORD

EVERY = 5.0
DOWN = 1.0


def kill_leaders(cluster, seconds):
    """kill -9 for the leader every five seconds; each comes back a second later."""
    kills, ready = [], []
    began = time.monotonic()
    while (len(kills) + 1) * EVERY < seconds:
        time.sleep(max(0.0, began + (len(kills) + 1) * EVERY - time.monotonic()))
        leader = cluster.wait_leader(EVERY)
        leader.kill()
        kills.append(time.monotonic())
        time.sleep(DOWN)
        leader.start()
        cluster.wait_ready(20, [leader])
        ready.append(time.monotonic() - kills[-1] - DOWN)
    time.sleep(max(0.0, began + seconds - time.monotonic()))
    return kills, ready


def figures(report, load, kills, ready):
    seconds = load.ended - load.began
    answers = load.answers()
    report.figure("acknowledged writes", load.acknowledged())
    report.figure("writes/s", f"{load.acknowledged() / seconds:.0f}")
    report.figure("longest time without an acknowledged write",
                  f"{load.longest_gap() * 1000:.0f} ms")
    gaps = [load.longest_gap(at, min(at + EVERY, load.ended)) for at in kills]
    report.figure("longest time after each kill", ", ".join(f"{gap * 1000:.0f} ms" for gap in gaps))
    report.figure("leader kills", len(kills))
    report.figure("until a killed node was ready again",
                  ", ".join(f"{each:.1f} s" for each in ready))
    report.figure("503", answers[503])
    report.figure("504", answers[504])
    report.figure("connections lost", answers["lost"])
    report.figure("slowest answer", f"{load.slowest() * 1000:.0f} ms")


def bounds(report, load, kills, seconds):
    report.check(len(kills) >= int(seconds / EVERY) - 1,
                 f"the leader was killed {len(kills)} times")
    report.check(load.acknowledged() > 0, "writes are acknowledged")
    report.check(load.longest_gap() < 3.0, "writes go on within 3 s of a leader's death",
                 f"{load.longest_gap():.2f} s")
    report.check(load.answers()["timed out"] == 0, "every request to a living node is answered",
                 f"{load.answers()['timed out']} were not")
    report.check(load.slowest() < 4.0, "no answer takes 4 s", f"{load.slowest():.2f} s")


def main(report, options):
    database, store, environment = None, None, {}
    if options.mysql:
        database = MariaDB(report)
        database.set_up()
        database.start()
        database.create_user()
        environment["TASKRAFT_STORE_PASSWORD"] = PASSWORD
        store = lambda number: database.url(f"taskraft-{number}")  # noqa: E731
    cluster = Cluster(report, store=store, environment=environment)
    cluster.start_all()
    load = Load(cluster.addresses, writers=options.writers).start()
    kills, ready = kill_leaders(cluster, options.seconds)
    report.check(load.stop(), "all writers end")
    figures(report, load, kills, ready)
    bounds(report, load, kills, options.seconds)
    settle(report, cluster, load, database)


def settle(report, cluster, load, database):
    wait_converged(cluster, report, timeout=60, stores=True)
    lists = [list_tasks(address) for address in cluster.addresses]
    report.check(all(each == lists[0] for each in lists), "every node lists the same tasks",
                 f"{[len(each) for each in lists]} tasks")
    report.check(all(node.alive for node in cluster.nodes), "no node stopped by itself")
    cluster.stop_all(report)
    bases = compare_bases(cluster, report)
    verify_load(load.ledger(), bases[1], lists[0], report, load)
    if database:
        projections = {node.number: database.tables(f"taskraft-{node.number}")
                       for node in cluster.nodes}
        compare_projections(projections, bases, report)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--writers", type=int, default=16)
    parser.add_argument("--mysql", action="store_true", help="with a private MariaDB server")
    options = parser.parse_args()
    run("leader-kills", options.seconds + 180, lambda report: main(report, options))
