#!/usr/bin/env python3
"""A minority refuses clearly, and a restart brings back everything that was acknowledged."""

import threading
import time

from harness import (
    Client, Cluster, ConnectionLost, Ledger, Load, compare_bases, eventually, list_tasks, poll,
    run, verify_load, wait_converged)
from harness.oracle import ACKNOWLEDGED, REFUSED, UNKNOWN, Write


class Minority:
    """What the last living node of three answers."""

    def __init__(self, report, cluster, survivor, name):
        self.report, self.survivor, self.name = report, survivor, name
        self.cluster = cluster
        self.address = survivor.http
        self.client = Client()
        self.ledger = Ledger()
        self.unknown = []

    def write(self, number, client=None):
        token = f"{self.name}-{number}"
        body = {"title": token, "description": "written to a minority"}
        write = Write(token, "create", UNKNOWN, fields=body)
        self.ledger.add(write)
        try:
            reply = (client or self.client).request(
                self.address, "POST", "/v1/tasks", body, {"Idempotency-Key": f'"{token}"'})
        except ConnectionLost as loss:
            return None, f"{token}: {loss}"
        if reply.status == 503:
            write.outcome = REFUSED  # It says that the write was never proposed.
        elif reply.status == 504:
            self.unknown.append(write)
        return reply, f"{token}: {reply} after {reply.seconds:.2f} s"

    def check_writes(self):
        """One after another, then eight at once."""
        answers = [self.write(number) for number in range(3)]
        answers += self._at_once(8)
        slow = [text for reply, text in answers if reply is None or reply.seconds >= 3]
        wrong = [text for reply, text in answers if reply and not self._proper(reply)]
        statuses = sorted({reply.status for reply, _ in answers if reply})
        longest = max((reply.seconds for reply, _ in answers if reply), default=0)
        self.report.figure(f"{self.name}: answers to writes",
                           f"{statuses}, slowest {longest:.2f} s")
        self.report.clean(slow, f"{self.name}: every write is answered within 3 s")
        self.report.clean(wrong, f"{self.name}: writes get a 503 with Retry-After, or a 504, "
                                 "as problem+json")

    def _at_once(self, count):
        answers = []

        def one(number):
            answers.append(self.write(number, Client()))

        threads = [threading.Thread(target=one, args=[100 + each]) for each in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
        return answers

    @staticmethod
    def _proper(reply):
        if not reply.is_problem:
            return False
        code = reply.json().get("code")
        if reply.status == 503:
            return code == "no_quorum" and reply.headers.get("Retry-After", "").isdigit()
        return reply.status == 504 and code == "outcome_unknown"

    def check_reads(self, known):
        """`known` are the tasks that were acknowledged before."""
        items = list_tasks(self.address, "stale")
        self.report.check({item["id"] for item in items} == {item["id"] for item in known},
                          f"{self.name}: a stale list answers with all {len(known)} tasks",
                          f"{len(items)} tasks")
        path = f"/v1/tasks/{known[0]['id']}"
        reply = self.client.get(self.address, path + "?consistency=stale")
        self.report.check(reply.status == 200 and reply.json() == known[0],
                          f"{self.name}: a stale read answers", reply)
        for linearizable in (path, "/v1/tasks?limit=5"):
            reply = self.client.get(self.address, linearizable)
            self.report.check(
                reply.status == 503 and reply.seconds < 3 and reply.is_problem,
                f"{self.name}: a linearizable read of {linearizable.split('?')[0]} gets 503 "
                "within 3 s", f"{reply} after {reply.seconds:.2f} s")

    def check_health(self):
        view = poll(lambda: self._sees_no_quorum(), 5)
        self.report.check(view, f"{self.name}: /v1/cluster says that there is no quorum",
                          self.survivor.view(self.client))
        live, ready = (self.client.get(self.address, path) for path in ("/livez", "/readyz"))
        self.report.check((live.status, ready.status) == (200, 503),
                          f"{self.name}: /livez says 200, /readyz 503",
                          (live.status, ready.status))

    def _sees_no_quorum(self):
        view = self.survivor.view(self.client)
        return view and view["tolerates"] == -1

    def repeat_unknown(self):
        """With the quorum back, a 504 sent again with its key ends as one task."""
        for write in self.unknown:
            reply = self.client.request(
                self.address, "POST", "/v1/tasks", write.fields,
                {"Idempotency-Key": f'"{write.token}"'})
            if reply.status == 201:
                write.outcome, write.task = ACKNOWLEDGED, reply.json()["id"]
            self.report.check(reply.status == 201,
                              f"{self.name}: {write.token} is acknowledged when sent again", reply)
            if len(self.unknown) > 3 and write is self.unknown[2]:
                break


def lose_quorum(report, cluster, whole, keep_leader):
    """Two of three killed: once the follower is left, once the leader."""
    wait_converged(cluster, report)
    leader = cluster.wait_leader()
    survivor = leader if keep_leader else next(n for n in cluster.nodes if n is not leader)
    name = "leader left" if keep_leader else "follower left"
    known = list_tasks(survivor.http)
    minority = Minority(report, cluster, survivor, name.replace(" ", "-"))
    for node in cluster.nodes:
        if node is not survivor:
            node.kill()
    minority.check_writes()
    minority.check_health()
    minority.check_reads(known)
    began = time.monotonic()
    cluster.start_all()
    report.figure(f"{name}: seconds until all were ready again", f"{time.monotonic() - began:.1f}")
    items = {item["id"]: item for item in list_tasks(survivor.http)}
    report.clean([item["id"] for item in known if items.get(item["id"]) != item],
                 f"{name}: all that was acknowledged is there after the restart")
    minority.repeat_unknown()
    whole.merge(minority.ledger)


def write_a_while(report, cluster, whole, name, seconds):
    load = Load(cluster.addresses, writers=8, name=name).start()
    time.sleep(seconds)
    report.check(load.stop(), f"{name}: all writers end")
    report.check(load.acknowledged() > 0, f"{name}: writes are acknowledged "
                                          f"({load.acknowledged()})")
    whole.merge(load.ledger())


def kill_everything(report, cluster, whole):
    """kill -9 of all three at once, under load; the clients never give up."""
    load = Load(cluster.addresses, writers=16, name="all-killed").start()
    time.sleep(3)
    before = load.acknowledged()
    cluster.kill_all()
    time.sleep(0.5)
    began = time.monotonic()
    cluster.start_all()
    report.figure("all killed: seconds until all were ready again",
                  f"{time.monotonic() - began:.1f}")
    eventually("writes after the restart", lambda: load.acknowledged() > before + 100, 20)
    report.check(load.stop(), "all killed: all writers end")
    report.figure("all killed: acknowledged before and after",
                  f"{before} and {load.acknowledged() - before}")
    whole.merge(load.ledger())


def main(report):
    whole = Ledger()
    cluster = Cluster(report)
    cluster.start_all()
    write_a_while(report, cluster, whole, "before", 2)
    lose_quorum(report, cluster, whole, keep_leader=False)
    write_a_while(report, cluster, whole, "between", 1)
    lose_quorum(report, cluster, whole, keep_leader=True)
    kill_everything(report, cluster, whole)
    write_a_while(report, cluster, whole, "after", 1)
    wait_converged(cluster, report)
    items = list_tasks(cluster.addresses[0])
    report.check(all(node.alive for node in cluster.nodes), "no node stopped by itself")
    cluster.stop_all(report)
    verify_load(whole, compare_bases(cluster, report)[1], items, report)


if __name__ == "__main__":
    run("quorum-loss", 180, main)
