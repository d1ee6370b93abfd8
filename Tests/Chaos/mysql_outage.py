#!/usr/bin/env python3
"""The MariaDB of one node dies, hangs, loses its database and is edited by hand.

No client notices; the node says what is wrong and mends its projection by itself.
"""

import argparse
import threading
import time

from harness import (
    Client, Cluster, ConnectionLost, Load, MariaDB, compare_bases, compare_projections,
    differences, eventually, list_tasks, poll, run, verify_load, wait_converged)
from harness.mariadb import PASSWORD
from harness.settle import PROJECTED

NODE = 2
ROWS = [name for name in PROJECTED if name != "raft_state"]
# What a node writes when its projection is not what it should be.
NOTICED = r"rebuil|repair|differ|mismatch|edited|changed by"


class Prober(threading.Thread):
    """Lists tasks on one node, over and over."""

    def __init__(self, address):
        super().__init__(daemon=True)
        self.address = address
        self.stopping = threading.Event()
        self.answered, self.slowest, self.failures = 0, 0.0, []

    def run(self):
        client = Client()
        paths = ["/v1/tasks?limit=20", "/v1/tasks?limit=20&status=done",
                 "/v1/tasks?limit=20&consistency=stale"]
        while not self.stopping.wait(0.1):
            try:
                reply = client.get(self.address, paths[self.answered % len(paths)])
            except ConnectionLost as loss:
                self.failures.append(str(loss))
                continue
            self.answered += 1
            self.slowest = max(self.slowest, reply.seconds)
            if reply.status != 200:
                self.failures.append(repr(reply))

    def stop(self, report, name):
        self.stopping.set()
        self.join(10)
        report.figure(f"{name}: lists on node {NODE}",
                      f"{self.answered}, slowest {self.slowest * 1000:.0f} ms")
        report.clean(self.failures, f"{name}: lists on node {NODE} still answer")
        report.check(self.slowest < 3, f"{name}: every list answers within 3 s",
                     f"{self.slowest:.2f} s")


def three_servers(report):
    """One server per node; installed once, copied twice."""
    servers = {1: MariaDB(report, "mariadb1")}
    servers[1].set_up()
    servers[1].start()
    servers[1].create_user()
    servers[1].stop()
    for number in (2, 3):
        servers[number] = MariaDB(report, f"mariadb{number}")
        servers[number].set_up(template=servers[1])
    for server in servers.values():
        server.start()
    return servers


def database(number):
    return f"taskraft-{number}"


def store(cluster, seen_by=NODE):
    """What node `seen_by` says about the store of node 2."""
    view = cluster.node(seen_by).view(cluster.client)
    if view is None:
        return None
    return next(each["store"] for each in view["nodes"] if each["id"] == NODE)


def outage(report, cluster, server, name, seconds, stop, restart):
    """Under load: the server goes away, the node says so, and catches up afterwards."""
    load = Load(cluster.addresses, writers=8, name=name, pause=0.01).start()
    prober = Prober(cluster.node(NODE).http)
    prober.start()
    eventually("writes", lambda: load.acknowledged() > 50, 10)
    began = time.monotonic()
    stop()
    down = poll(lambda: (store(cluster) or {}).get("state") == "down", min(seconds, 10))
    report.check(down, f"{name}: node {NODE} says that its store is down", store(cluster))
    report.figure(f"{name}: seconds until it says so", f"{time.monotonic() - began:.1f}")
    report.check((store(cluster) or {}).get("error"), f"{name}: and says why", store(cluster))
    report.check(poll(lambda: (store(cluster, 1) or {}).get("state") == "down", 5),
                 f"{name}: node 1 says so too", store(cluster, 1))
    time.sleep(max(0.0, began + seconds - time.monotonic()))
    report.figure(f"{name}: lag at the end of the outage", (store(cluster) or {}).get("lag"))
    restart()
    began = time.monotonic()
    back = poll(lambda: (store(cluster) or {}).get("state") == "ok", 30)
    report.check(back, f"{name}: the store is ok again", store(cluster))
    report.figure(f"{name}: seconds until it caught up", f"{time.monotonic() - began:.1f}")
    finish_load(report, load, name)
    prober.stop(report, name)
    return load


def finish_load(report, load, name):
    report.check(load.stop(), f"{name}: all writers end")
    failed = {status: count for status, count in load.answers().items()
              if status not in (200, 201, 204, 404, 412)}
    report.check(not failed, f"{name}: no request fails", failed)
    report.figure(f"{name}: acknowledged writes", load.acknowledged())


def rows(servers, number):
    """The rows of a node's MySQL; nothing while the database is being made."""
    try:
        tables = servers[number].tables(database(number))
    except RuntimeError:
        return None
    return {name: tables[name] for name in ROWS} if all(n in tables for n in ROWS) else None


def different(one, two):
    if one is None or two is None:
        return ["no tables"]
    return [line for name in ROWS for line in differences(one[name], two[name])]


def check_equal(report, servers, name):
    """Nothing writes now: all three MariaDBs hold the same rows."""
    first = rows(servers, 1)
    for number in (2, 3):
        report.clean(different(first, rows(servers, number)),
                     f"{name}: MySQL of node {number} equals that of node 1")


def dropped(report, cluster, servers):
    """DROP DATABASE under load."""
    load = Load(cluster.addresses, writers=4, name="dropped", pause=0.05).start()
    offset = cluster.node(NODE).log_size()
    prober = Prober(cluster.node(NODE).http)
    prober.start()
    eventually("writes", lambda: load.acknowledged() > 50, 10)
    servers[NODE].sql(f"DROP DATABASE `{database(NODE)}`")
    began = time.monotonic()
    made = poll(lambda: database(NODE) in servers[NODE].databases(), 15)
    report.check(made, "dropped: the database is made again")
    written = load.acknowledged()
    eventually("writes after it", lambda: load.acknowledged() > written + 50, 10)
    finish_load(report, load, "dropped")
    prober.stop(report, "dropped")
    wait_converged(cluster, report, timeout=40, stores=True)
    report.figure("dropped: seconds until it was whole", f"{time.monotonic() - began:.1f}")
    check_equal(report, servers, "dropped")
    report.check(cluster.node(NODE).log_lines(NOTICED, offset), "dropped: the log says so")
    return load


def edited(report, cluster, servers, name, statements):
    """Edits by hand, while nothing else writes, are noticed and undone."""
    server, good = servers[NODE], rows(servers, 1)
    offset = cluster.node(NODE).log_size()
    server.sql(f"SET foreign_key_checks = 0; {statements}", database(NODE))
    report.check(different(good, rows(servers, NODE)), f"{name}: the edit is there")
    began = time.monotonic()
    mended = poll(lambda: not different(good, rows(servers, NODE)), 20, 0.25)
    report.check(mended, f"{name}: it is noticed and repaired",
                 different(good, rows(servers, NODE))[:3])
    report.figure(f"{name}: seconds until it was repaired", f"{time.monotonic() - began:.1f}")
    report.check(cluster.node(NODE).log_lines(NOTICED, offset), f"{name}: the log says so")


def edits(report, cluster, servers):
    chosen = list_tasks(cluster.addresses[0])[7]["id"]
    edited(report, cluster, servers, "row edited",
           f"UPDATE tasks SET title = 'edited by hand' WHERE id = {chosen}")
    edited(report, cluster, servers, "rows deleted",
           f"DELETE FROM task_history WHERE task_id = {chosen}; "
           f"DELETE FROM tasks WHERE id = {chosen}")


def main(report, options):
    servers = three_servers(report)
    cluster = Cluster(
        report, store=lambda number: servers[number].url(database(number)),
        environment={"TASKRAFT_STORE_PASSWORD": PASSWORD, "TASKRAFT_STORE_VERIFY_SECONDS": "3"})
    cluster.start_all(30)
    server = servers[NODE]
    loads = [outage(report, cluster, server, "killed", options.seconds, server.kill, server.start)]
    wait_converged(cluster, report, timeout=40, stores=True)
    check_equal(report, servers, "killed")
    loads.append(outage(
        report, cluster, server, "hanging", options.hang, server.pause, server.resume))
    wait_converged(cluster, report, timeout=40, stores=True)
    check_equal(report, servers, "hanging")
    loads.append(dropped(report, cluster, servers))
    edits(report, cluster, servers)
    settle(report, cluster, servers, loads)


def settle(report, cluster, servers, loads):
    wait_converged(cluster, report, timeout=40, stores=True)
    items = list_tasks(cluster.addresses[NODE - 1])
    report.check(all(node.alive for node in cluster.nodes), "no node stopped by itself")
    cluster.stop_all(report)
    bases = compare_bases(cluster, report)
    compare_projections(
        {number: server.tables(database(number)) for number, server in servers.items()},
        bases, report)
    whole = loads[0].ledger()
    for load in loads[1:]:
        whole.merge(load.ledger())
    verify_load(whole, bases[1], items, report)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20, help="how long MariaDB is gone")
    parser.add_argument("--hang", type=float, default=10, help="how long MariaDB hangs")
    options = parser.parse_args()
    run("mysql-outage", options.seconds + options.hang + 240,
        lambda report: main(report, options))
