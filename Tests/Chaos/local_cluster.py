#!/usr/bin/env python3
"""`taskraft local` as a person uses it, and a planned stop of the leader."""

import json
import os
import signal
import socket
import time

from harness import (
    Client, Cluster, ConnectionLost, Load, Local, alive, eventually, list_tasks, poll, run)


def accepts(client, address, title):
    """Whether a write is acknowledged; its reply."""
    try:
        reply = client.request(address, "POST", "/v1/tasks", {"title": title},
                               {"Idempotency-Key": f'"{title.replace(" ", "-")}"'})
    except ConnectionLost:
        return None
    return reply if reply.status == 201 else None


def life(report):
    """up, status, kill, start, down, and up again."""
    local, client = Local(report, "local"), Client()
    code, out, err = local.up()
    report.check(code == 0, "local up --detach exits with 0", f"{code}: {err}")
    report.check(isinstance(json.loads(out), list), "local up --json prints an array", out[:200])
    eventually("one leader and two followers", local.complete, 15)
    check_status(report, local)
    report.check(accepts(client, local.http(1), "before the kill"), "it takes a write")
    second_up(report, local)
    kill_and_start(report, local, client)
    down_and_up(report, local, client)


def check_status(report, local):
    nodes = local.status()
    addresses = [[f"127.0.0.1:{local.base + family + k}" for family in (0, 100, 200)]
                 for k in range(local.nodes)]
    report.check([node["id"] for node in nodes] == [1, 2, 3], "local status names all nodes", nodes)
    report.check([[node["http"], node["beanstalk"], node["peer"]] for node in nodes] == addresses,
                 "each with its three addresses", nodes)
    report.check(all(alive(node["pid"]) for node in nodes), "each with the id of its process")
    report.check(len({node["term"] for node in nodes}) == 1
                 and all({"commit", "applied", "store"} <= set(node) for node in nodes),
                 "each with term, commit, applied and store", nodes)
    stores = [node["store"] for node in nodes]
    report.check(all({"kind", "state", "index", "lag"} <= set(store) for store in stores),
                 "each store with kind, state, index and lag", stores)
    code, out, _ = local.call("status")
    report.check(code == 0 and "leader" in out, "local status is readable for people", out[:300])


def second_up(report, local):
    before = [node["pid"] for node in local.status()]
    code, out, err = local.up()
    report.check(code != 0, "a second up in the same directory is refused", f"{code}: {out}{err}")
    report.check("run" in err.lower() or "already" in err.lower(), "and says why", err)
    report.check([node["pid"] for node in local.status()] == before, "and disturbs nobody")


def kill_and_start(report, local, client):
    leader = local.leader()
    number = leader["id"]
    other = local.http(number % 3 + 1)
    code, _, err = local.call("kill", str(number))
    report.check(code == 0 and not alive(leader["pid"]), "local kill ends the process", err)
    entry = next(node for node in local.status() if node["id"] == number)
    report.check(entry["pid"] is None and entry["role"] == "down",
                 "status shows it as down, without a process", entry)
    report.check(poll(lambda: accepts(client, other, "while one is dead"), 10),
                 "the others take writes")
    code, _, err = local.call("start", str(number))
    report.check(code == 0, "local start exits with 0", err)
    report.check(poll(local.complete, 15), "the node is back", local.roles())
    titles = poll(lambda: "while one is dead" in titles_of(local.http(number)), 10)
    report.check(titles, "and has what was written meanwhile")
    code, _, err = local.call("kill", "9")
    report.check(code != 0 and "9" in err, "a node that is not there is named in the error", err)


def titles_of(address):
    try:
        return [item["title"] for item in list_tasks(address)]
    except (ConnectionLost, RuntimeError):
        return []


def down_and_up(report, local, client):
    pids = [node["pid"] for node in local.status()]
    code, _, err = local.call("down")
    report.check(code == 0, "local down exits with 0", err)
    report.check(not any(alive(pid) for pid in pids), "and no process is left")
    report.check(set(local.roles()) == {"down"}, "status shows all as down", local.roles())
    code, _, err = local.up()
    report.check(code == 0, "up again in the same directory", err)
    eventually("one leader and two followers", local.complete, 15)
    expected = {"before the kill", "while one is dead"}
    report.check(set(titles_of(local.http(2))) == expected, "everything is still there",
                 titles_of(local.http(2)))
    local.call("down")


def port_in_use(report):
    """Nothing is started when any of the ports is taken."""
    local = Local(report, "taken")
    for offset in (1, 202):
        port = local.base + offset
        with socket.socket() as holder:
            holder.bind(("127.0.0.1", port))
            holder.listen()
            code, out, err = local.up()
        report.check(code != 0 and str(port) in err, f"up names the port in use (+{offset})",
                     f"{code}: {err}")
    left = local.status() if os.path.exists(os.path.join(local.directory, "local.json")) else []
    report.check(not any(node["pid"] for node in left), "and leaves nothing running", left)


def handover(report):
    """SIGTERM: the leader gives its office away before it goes, and writes go on."""
    cluster = Cluster(report, "handover")
    cluster.start_all()
    leader = cluster.wait_leader()
    others = [node for node in cluster.nodes if node is not leader]
    load = Load([node.http for node in others], writers=4, name="handover", pause=0.002).start()
    eventually("writes", lambda: load.acknowledged() > 100, 10)
    began = time.monotonic()
    leader.process.send_signal(signal.SIGTERM)
    moved = exited = None
    while time.monotonic() < began + 15 and None in (moved, exited):
        if exited is None and leader.process.poll() is not None:
            exited = time.monotonic()
        view = others[0].view(cluster.client)
        if moved is None and view and view["leader"] not in (None, leader.number):
            moved = time.monotonic()
        time.sleep(0.005)
    written = load.acknowledged()
    eventually("writes after it", lambda: load.acknowledged() > written + 100, 10)
    ended = time.monotonic()
    load.stop()
    report.check(leader.process.poll() == 0, "SIGTERM ends a serving leader with exit code 0",
                 leader.process.poll())
    # One look at the other node lies between the two observations.
    report.check(moved and exited and moved < exited + 0.1, "its office moved before it ended",
                 (moved and moved - began, exited and exited - began))
    gap = load.longest_gap(began - 0.2, ended)
    report.figure("longest time without an acknowledged write", f"{gap * 1000:.0f} ms")
    report.check(gap < 1.0, "writes go on with a gap of less than a second", f"{gap:.2f} s")
    report.clean(load.ledger().problems, "every write had a proper answer")
    cluster.stop_all(report)


def main(report):
    handover(report)
    life(report)
    port_in_use(report)


if __name__ == "__main__":
    run("local-cluster", 120, main)
