#!/usr/bin/env python3
"""Clients that other people wrote for beanstalkd, against one drop-in node and a cluster of three.

The table of behaviours is played with each of greenstalk, aiostalk, pystalk, Pheanstalk and
Beaneater, their connections spread over the nodes; Symfony Messenger has a program of its own.
"""

import argparse
import os
import subprocess
import threading
import time

from behaviours import TABLE, Case
from remote import HERE, Missing, Refused, Remote
from servers import Server

from harness import Cluster, run

KINDS = ["greenstalk", "aiostalk", "pystalk", "pheanstalk", "beaneater"]


class Player:
    """All behaviours with one client against one target, one after another."""

    def __init__(self, report, target, addresses, kind):
        self.report, self.kind, self.addresses = report, kind, addresses
        self.name = f"{target}: {kind}"
        self.clients = []
        self.missing = []
        self.done = 0
        self.thread = threading.Thread(target=self._play, name=self.name, daemon=True)

    def _play(self):
        try:
            self.clients = [Remote(self.kind) for _ in range(3)]
            for number, behaviour in enumerate(TABLE):
                self._one(number, behaviour)
                self.done += 1
        except Exception as problem:
            self.report.check(False, f"{self.name} plays", f"{type(problem).__name__}: {problem}")

    def _one(self, number, behaviour):
        title = behaviour.__name__.replace("_", " ")
        tube = f"{self.kind}-{number}"
        case = Case(self.report, self.clients, tube, title)
        try:
            self._connect(number, tube)
            behaviour(case)
        except Missing as missing:
            self.missing.append(f"{title} ({missing})")
            self._renew()
            return
        except (Refused, RuntimeError, TimeoutError) as problem:
            case.problems.append(f"{type(problem).__name__}: {problem}")
        self.report.clean(case.problems, f"{self.name}: {title}")
        self._disconnect(case)

    def _connect(self, number, tube):
        for place, client in enumerate(self.clients):
            host, port = self.addresses[(number + place) % len(self.addresses)]
            client.call("open", host, port)
            client.call("use", tube)
            client.call("watch", tube)
            client.call("ignore", "default")

    def _disconnect(self, case):
        """A client that is out of step, or still waits, is replaced."""
        if case.problems:
            return self._renew()
        for client in self.clients:
            client.call("close")

    def _renew(self):
        self.end()
        self.clients = [Remote(self.kind) for _ in range(3)]

    def end(self):
        for client in self.clients:
            client.end()


def symfony(report, target, addresses):
    """The lines that the program prints, as checks of ours."""
    here, there = (f"{host}:{port}" for host, port in (addresses[0], addresses[-1]))
    done = subprocess.run(
        ["php", os.path.join(HERE, "adapters/symfony_messenger.php"), there, here, "symfony"],
        capture_output=True, text=True, timeout=60)
    lines = done.stdout.splitlines()
    for line in lines:
        verdict, _, text = line.partition(" - ")
        report.check(verdict == "ok", f"{target}: Symfony Messenger: {text}")
    report.check(done.returncode == 0 and len(lines) >= 14,
                 f"{target}: Symfony Messenger's program comes to its end",
                 (done.stdout + done.stderr)[-300:])


def targets(report, names):
    """What to test: a name, and the addresses over which connections are spread."""
    found = {}
    for name in names:
        if name == "cluster":
            cluster = Cluster(report)
            cluster.start_all()
            found[name] = [(host, int(port)) for host, port in
                           (node.beanstalk.rsplit(":", 1) for node in cluster.nodes)]
        else:
            kind = "stock" if name == "stock" else "taskraft"
            server = Server(kind, log=os.path.join(report.directory, f"{name}.log"))
            report.at_end(server.stop)
            found[name] = [server.address]
    return found


def main(report, options):
    began = time.monotonic()
    players, programs = [], []
    for target, addresses in targets(report, options.target).items():
        report.note(f"{target}: {addresses}")
        players += [Player(report, target, addresses, kind) for kind in options.client]
        if options.symfony:
            thread = threading.Thread(target=symfony, args=(report, target, addresses))
            thread.start()
            programs.append(thread)
    for player in players:
        report.at_end(player.end)
        player.thread.start()
    for player in players:
        player.thread.join()
        report.check(player.done == len(TABLE), f"{player.name} plays all behaviours",
                     f"{player.done} of {len(TABLE)}")
        if player.missing:
            report.note(f"{player.name} has no call for: {', '.join(player.missing)}")
    for program in programs:
        program.join()
    report.figure("behaviours, clients, seconds",
                  f"{len(TABLE)}, {len(players)}, {time.monotonic() - began:.1f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", nargs="+", choices=["drop-in", "cluster", "stock"],
                        default=["drop-in", "cluster"])
    parser.add_argument("--client", nargs="+", choices=KINDS, default=KINDS)
    parser.add_argument("--no-symfony", dest="symfony", action="store_false")
    options = parser.parse_args()
    run("clients", 180, lambda report: main(report, options))
