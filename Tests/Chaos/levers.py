#!/usr/bin/env python3
"""The levers of a local cluster: over HTTP, as the page pulls them, and on the command line."""

import http.client
import json
import os

from harness import (
    Client, Cluster, ConnectionLost, Levers, Local, alive, eventually, poll, run)


def view_of(client, address):
    try:
        reply = client.get(address, "/v1/cluster")
    except ConnectionLost:
        return None
    return reply.json() if reply.status == 200 else None


def agreed(local, client, among):
    """Who leads, if all of these nodes say the same."""
    leaders = {(view_of(client, local.http(number)) or {}).get("leader") for number in among}
    return leaders.pop() if len(leaders) == 1 else None


def accepts(client, address, title):
    try:
        reply = client.request(address, "POST", "/v1/tasks", {"title": title},
                               {"Idempotency-Key": f'"{title.replace(" ", "-")}"'})
    except ConnectionLost:
        return False
    return reply.status == 201


def guarded(report, local):
    """Only pages of this machine may pull, under names of this machine."""
    for name, headers, status in (("a foreign name", {"Host": "evil.example"}, 421),
                                  ("a foreign page", {"Origin": "http://evil.example"}, 403)):
        connection = http.client.HTTPConnection(local.http(1), timeout=4)
        connection.request("POST", "/v1/cluster/levers", json.dumps({"lever": "kill", "node": 2}),
                           {"Content-Type": "application/json", **headers})
        found = connection.getresponse().status
        report.check(found == status, f"{name} may not pull a lever", found)
        connection.close()
    mode = os.stat(os.path.join(local.directory, "control.sock")).st_mode & 0o777
    report.check(mode == 0o600, "nobody else may open the socket", oct(mode))


def processes(report, local, levers, client):
    leader = local.leader()
    others = [number for number in (1, 2, 3) if number != leader["id"]]
    state = levers.kill(leader["id"])
    report.check(not alive(leader["pid"]), "kill ends the process", state)
    report.check({"node": leader["id"], "state": "down"} in state["nodes"], "and says so", state)
    report.check(poll(lambda: agreed(local, client, others) in others, 5), "another one leads")
    state = levers.start(leader["id"])
    report.check(poll(local.complete, 15), "start brings it back", state)
    leader = local.leader()
    others = [number for number in (1, 2, 3) if number != leader["id"]]
    levers.pause(leader["id"])
    report.check(poll(lambda: agreed(local, client, others) in others, 5),
                 "the others elect another one while a leader stands still")
    roles = {node["id"]: node["role"] for node in local.status()}
    report.check(roles[leader["id"]] == "paused", "status shows it as paused", roles)
    levers.resume(leader["id"])
    report.check(poll(local.complete, 10), "it goes on, as a follower", local.roles())
    levers.pause(others[0], seconds=1)
    report.check(poll(local.complete, 10), "a pause may end by itself", local.roles())


def links(report, local, levers, client):
    leader = local.leader()["id"]
    others = [number for number in (1, 2, 3) if number != leader]
    levers.isolate(leader)
    report.check(poll(lambda: agreed(local, client, others) in others, 5),
                 "a leader that is cut off is replaced")
    report.check(poll(lambda: view_of(client, local.http(leader))["leader"] is None, 5),
                 "and knows that it leads no longer")
    report.check(accepts(client, local.http(others[0]), "while it is cut off"),
                 "the majority takes changes")
    levers.heal()
    report.check(poll(lambda: agreed(local, client, [1, 2, 3]), 10), "healed, all agree")
    report.check(poll(lambda: accepts(client, local.http(leader), "healed"), 5),
                 "and the one that was cut off takes changes")
    for one, other in ((1, 2), (2, 3), (1, 3)):
        state = levers.slow(one, other, 20)
    report.check(len(state["faults"]) == 6, "slow links are told, by direction", state)
    report.check(poll(lambda: accepts(client, local.http(1), "slowly"), 5), "slow links carry all")
    # What is done to a link outlives the process that does it.
    number = next(n for n in (1, 2, 3) if n != local.leader()["id"])
    levers.cut(number, number % 3 + 1, one_way=True)
    levers.kill(number)
    state = levers.start(number)
    report.check(any(fault["cut"] for fault in state["faults"]), "a cut outlives a restart", state)
    code, out, err = local.call("heal")
    report.check(code == 0 and not levers.state()["faults"], "local heal heals all", out + err)


def commands(report, local, levers):
    for arguments, words in ((("cut", "1", "2"), "between n1 and n2 is cut"),
                             (("cut", "2", "3", "--one-way"), "from n2 to n3 is cut"),
                             (("slow", "1", "3", "--delay", "80"), "slow by 80 ms"),
                             (("heal", "1", "2"), "is healed"), (("heal",), "all links are healed"),
                             (("pause", "2"), "n2 stands still"), (("continue", "2"), "n2 goes on")):
        code, out, err = local.call(*arguments)
        report.check(code == 0 and words in out, f"local {' '.join(arguments)}", f"{out}{err}")
    for arguments in (("cut", "1", "1"), ("cut", "1", "9"), ("slow", "1", "2", "--delay", "0"),
                      ("pause", "9")):
        code, _, err = local.call(*arguments)
        report.check(code != 0 and err, f"local {' '.join(arguments)} is refused", err)


def transfer(report, local, levers, client):
    for to in (1, 2, 3, 1):
        report.check(levers.transfer(to) == to, f"leadership moves to n{to}")
    report.check(levers.transfer() in (2, 3), "or to whoever has most")


def nowhere_else(report):
    cluster = Cluster(report, "plain", nodes=1)
    cluster.start_all()
    for method, body in (("GET", None), ("POST", {"lever": "kill", "node": 1})):
        reply = cluster.client.request(cluster.node(1).http, method, "/v1/cluster/levers", body)
        report.check(reply.status == 404, f"a node that was not told of levers has none ({method})",
                     reply)


def main(report):
    nowhere_else(report)
    local, client = Local(report, "local"), Client()
    code, _, err = local.up()
    report.check(code == 0, "local up --detach", err)
    eventually("one leader and two followers", local.complete, 15)
    levers = Levers(local)
    guarded(report, local)
    processes(report, local, levers, client)
    links(report, local, levers, client)
    commands(report, local, levers)
    transfer(report, local, levers, client)
    supervisor = json.load(open(os.path.join(local.directory, "local.json")))["supervisor"]["pid"]
    levers.pause(2)
    code, _, err = local.call("down")
    report.check(code == 0, "down also stops a node that stands still", err)
    report.check(poll(lambda: not alive(supervisor), 5), "and nothing is left of the levers")


if __name__ == "__main__":
    run("levers", 120, main)
