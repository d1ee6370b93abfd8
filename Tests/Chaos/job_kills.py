#!/usr/bin/env python3
"""Thirty-two producers and thirty-two workers while leaders are killed, or links are cut.

Every acknowledged job must be worked off at least once, none may be lost or left lying, and no two
workers may hold one at the same time. `--links` cuts each of the three links in turn instead of
killing, which needs root; `--native` goes through HTTP instead of the beanstalkd protocol.
"""

import argparse
import time

from harness import (
    BeanstalkDoor, Cluster, ConnectionLost, HTTPDoor, JobLoad, Links, compare_bases, links_problem,
    poll, run, verify_jobs, wait_converged)

EVERY = 5.0
DOWN = 1.0
CUT = 5.0
QUEUE = "kills"


def kill_leaders(cluster, seconds):
    """kill -9 for the leader every five seconds; it comes back a second later."""
    kills = []
    began = time.monotonic()
    while (len(kills) + 1) * EVERY < seconds:
        time.sleep(max(0.0, began + (len(kills) + 1) * EVERY - time.monotonic()))
        leader = cluster.wait_leader(EVERY)
        # What a worker on it holds is not its own any more as soon as the node is gone.
        kills.append((leader.number, time.monotonic()))
        leader.kill()
        time.sleep(DOWN)
        leader.start()
        cluster.wait_ready(20, [leader])
    time.sleep(max(0.0, began + seconds - time.monotonic()))
    return kills


def cut_links(cluster, links, report):
    """Each pair of nodes loses sight of the other for five seconds, one pair after another."""
    for one, other in ((1, 2), (2, 3), (3, 1)):
        leader = cluster.leader()
        links.cut(one, other)
        time.sleep(CUT)
        links.heal()
        report.note(f"n{one} and n{other} were apart; n{leader.number if leader else '?'} led")
        time.sleep(2)


def drain(report, cluster, load, door):
    """With nobody putting, the workers empty the queue: nothing lies about unreachable."""
    seen = {}

    def is_empty():
        for node in cluster.nodes:
            try:
                watcher = door(node, QUEUE, 1)
                seen[node.number] = watcher.left()
                watcher.close()
            except ConnectionLost as loss:
                seen[node.number] = str(loss)
        return not any(seen.values())

    began = time.monotonic()
    empty = poll(is_empty, 30, 0.3)
    report.check(empty, "the queue becomes empty, on every node", seen)
    report.figure("seconds until it was", f"{time.monotonic() - began:.1f}")


def longest_gap(times, begin, end):
    times = [begin] + sorted(at for at in times if begin <= at <= end) + [end]
    return max(later - earlier for earlier, later in zip(times, times[1:]))


def main(report, options):
    links = None
    if options.links:
        problem = links_problem()
        if problem:
            report.skip(f"links cannot be cut here: {problem}")
            return
        links = Links(report)
    door = HTTPDoor if options.native else BeanstalkDoor
    cluster = Cluster(report, links=links)
    cluster.start_all()
    load = JobLoad(cluster.nodes, door, queue=QUEUE).start()
    time.sleep(2)
    kills = []
    if links:
        cut_links(cluster, links, report)
    else:
        kills = kill_leaders(cluster, options.seconds)
        report.check(len(kills) >= int(options.seconds / EVERY) - 1,
                     f"the leader was killed {len(kills)} times")
    ended = time.monotonic()
    report.check(load.stop_producers(), "all producers end")
    drain(report, cluster, load, door)
    report.check(load.stop_workers(), "all workers end")
    book = load.book()
    seconds = ended - load.began
    report.figure("acknowledged puts, and a second",
                  f"{len(book.acknowledged)}, {len(book.acknowledged) / seconds:.0f}")
    gap = longest_gap(book.times, load.began, ended)
    report.figure("longest time without an acknowledged put", f"{gap:.2f} s")
    report.check(len(book.acknowledged) > 100, "jobs are put", len(book.acknowledged))
    report.check(gap < 4.0, "puts go on within 4 s of a fault", f"{gap:.2f} s")
    verify_jobs(report, book, kills, door.attached, door.repeatable)
    wait_converged(cluster, report)
    report.check(all(node.alive for node in cluster.nodes), "no node stopped by itself")
    cluster.stop_all(report)
    compare_bases(cluster, report)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=40)
    parser.add_argument("--links", action="store_true")
    parser.add_argument("--native", action="store_true")
    options = parser.parse_args()
    run("job-kills", options.seconds + 120, lambda report: main(report, options))
