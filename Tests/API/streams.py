#!/usr/bin/env python3
"""200 streams of events, as plain sockets, while 16 writers change tasks.

The leader is killed, started again, and then another node is restarted. Streams that lose their
node go on elsewhere from the last event they saw; some change over to a node that was just
started. Every stream must have every event once, in the order of the log.
"""

import argparse
import os
import selectors
import socket
import sys
import threading
import time
import uuid

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../Chaos"))

from harness import Client, Cluster, ConnectionLost, eventually, run, wait_converged  # noqa: E402

STREAMS, WRITERS, CHANGES = 200, 16, 1_200


class Stream:
    """One client: where it is connected, and the ids of the events it got."""

    def __init__(self, number, addresses):
        self.addresses, self.place = addresses, number % len(addresses)
        self.seen = []
        self.last = None
        self.resets = 0
        self.connections = 0
        self.socket = None
        self.buffer = b""

    @property
    def has_begun(self):
        return self.last is not None

    def connect(self):
        """To the next node that takes it; False if none does."""
        for _ in self.addresses:
            host, port = self.addresses[self.place].rsplit(":", 1)
            try:
                self.socket = socket.create_connection((host, int(port)), 1)
            except OSError:
                self.place = (self.place + 1) % len(self.addresses)
                continue
            resume = f"Last-Event-ID: {self.last}\r\n" if self.last else ""
            self.socket.sendall(
                f"GET /v1/events HTTP/1.1\r\nHost: {host}:{port}\r\n{resume}\r\n".encode())
            self.socket.setblocking(False)
            self.buffer = b""
            self.connections += 1
            return True
        return False

    def close(self):
        self.socket.close()
        self.socket = None

    def read(self):
        """Takes what there is; False at the end."""
        try:
            data = self.socket.recv(1 << 18)
        except BlockingIOError:
            return True
        except OSError:
            return False
        if not data:
            return False
        # Chunks begin with a line of their length; no line of an event looks like one.
        *pieces, self.buffer = (self.buffer + data).split(b"\n\n")
        for piece in pieces:
            self._take(piece)
        return True

    def _take(self, piece):
        event = place = None
        for line in piece.split(b"\n"):
            if line.startswith(b"event: "):
                event = line[7:]
            elif line.startswith(b"id: "):
                place = line[4:].decode()
        if event == b"reset":
            self.resets += 1
        if place is None:
            return
        self.last = place
        if event not in (None, b"reset"):
            self.seen.append(tuple(int(part) for part in place.split(".")))


class Streams:
    """All of them, read by one thread."""

    def __init__(self, addresses):
        self.all = [Stream(number, addresses) for number in range(STREAMS)]
        self.selector = selectors.DefaultSelector()
        self.moves = []
        self.lock = threading.Lock()
        self.stopping = False
        self.thread = threading.Thread(target=self._run, daemon=True)

    def start(self):
        self.thread.start()

    def move(self, streams, place):
        """Lets them go on at another node."""
        with self.lock:
            self.moves += [(stream, place) for stream in streams]

    def stop(self):
        self.stopping = True
        self.thread.join(20)

    def _run(self):
        lost = list(self.all)
        while not self.stopping:
            lost = [stream for stream in lost if not self._connect(stream)]
            for key, _ in self.selector.select(0.1):
                stream = key.data
                if not stream.read():
                    self.selector.unregister(stream.socket)
                    stream.close()
                    lost.append(stream)
            lost += self._moved(lost)
        for stream in self.all:
            if stream.socket:
                stream.close()

    def _connect(self, stream):
        if not stream.connect():
            return False
        self.selector.register(stream.socket, selectors.EVENT_READ, stream)
        return True

    def _moved(self, lost):
        with self.lock:
            moves, self.moves = self.moves, []
        for stream, place in moves:
            stream.place = place
            if stream.socket and stream not in lost:
                self.selector.unregister(stream.socket)
                stream.close()
        return [stream for stream, _ in moves if stream not in lost]


class Writers:
    """Create tasks and change them, each request with a key until it is answered."""

    def __init__(self, addresses):
        self.addresses = addresses
        self.acknowledged = set()
        self.problems = []
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self._run, args=(number,), daemon=True)
                        for number in range(WRITERS)]

    @property
    def count(self):
        return len(self.acknowledged)

    def start(self):
        for thread in self.threads:
            thread.start()

    def join(self):
        for thread in self.threads:
            thread.join(120)

    def _run(self, number):
        client = Client(timeout=4)
        task = None
        while self.count < CHANGES:
            if task is None or task["version"] > 3:
                reply = self._insist(client, number, "POST", "/v1/tasks", {"title": f"of {number}"})
            else:
                reply = self._insist(client, number, "PATCH", f"/v1/tasks/{task['id']}",
                                     {"priority": task["version"]}, {"If-Match": "*"})
            if reply is None or reply.status not in (200, 201):
                self.problems.append(f"writer {number}: {reply}")
                return
            task = reply.json()
            with self.lock:
                self.acknowledged.add((task["id"], task["version"]))

    def _insist(self, client, number, method, path, body, headers=None):
        headers = {**(headers or {}), "Idempotency-Key": f'"{uuid.uuid4().hex}"'}
        end, turn = time.monotonic() + 60, number
        while time.monotonic() < end:
            turn += 1
            try:
                reply = client.request(
                    self.addresses[turn % len(self.addresses)], method, path, body, headers)
                if reply.status not in (503, 504):
                    return reply
            except ConnectionLost:
                pass
            time.sleep(0.05)
        return None


def disturb(report, cluster, writers, streams):
    """A leader dies and comes back; another node is restarted."""
    eventually("a quarter of the changes", lambda: writers.count >= CHANGES // 4, 90)
    leader = cluster.wait_leader()
    leader.kill()
    report.note(f"killed node {leader.number}, which led")
    eventually("half of the changes", lambda: writers.count >= CHANGES // 2, 90)
    leader.start()
    cluster.wait_ready(nodes=[leader])
    streams.move(streams.all[:50], cluster.nodes.index(leader))
    eventually("three quarters of the changes", lambda: writers.count >= 3 * CHANGES // 4, 90)
    other = next(node for node in cluster.nodes if node is not leader)
    report.check(other.terminate() == 0, "a node stops while streams are open")
    other.start()
    cluster.wait_ready(nodes=[other])
    streams.move(streams.all[50:100], cluster.nodes.index(other))


def main(report):
    cluster = Cluster(report, name="streams")
    cluster.start_all()
    streams = Streams(cluster.addresses)
    streams.start()
    eventually("every stream has begun", lambda: all(s.has_begun for s in streams.all), 30)
    writers = Writers(cluster.addresses)
    began = time.monotonic()
    writers.start()
    disturb(report, cluster, writers, streams)
    writers.join()
    report.clean(writers.problems, "every change was answered")
    report.figure("changes in the face of it", f"{writers.count} in {time.monotonic() - began:.1f} s")
    wait_converged(cluster, report)
    expected = history(cluster)
    report.check(writers.acknowledged <= set(expected.values()), "what was acknowledged happened")
    try:
        eventually("every stream is at the end",
                   lambda: all(s.seen and s.seen[-1] >= max(expected) for s in streams.all), 30)
    finally:
        streams.stop()
        judge(report, streams, sorted(expected))
    cluster.stop_all(report)


def history(cluster):
    """Every step of every task: its place in the log, and the version that came of it."""
    client, address = cluster.client, cluster.addresses[0]
    steps, path = {}, "/v1/tasks?limit=500"
    while path:
        page = client.get(address, path).json()
        for task in page["items"]:
            entries = client.get(address, f"/v1/tasks/{task['id']}/history?limit=500").json()["items"]
            for version, step in enumerate(entries, 1):
                steps[(step["index"], step["ordinal"])] = (task["id"], version)
        cursor = page["next_cursor"]
        path = f"/v1/tasks?limit=500&cursor={cursor}" if cursor else None
    return steps


def judge(report, streams, expected):
    def wrong(holds):
        return [number for number, stream in enumerate(streams.all) if not holds(stream)]

    report.check(not wrong(lambda s: s.resets == 0), "no stream was told to start over",
                 [s.resets for s in streams.all])
    report.check(not wrong(lambda s: s.seen == sorted(s.seen)), "every stream is in order")
    report.check(not wrong(lambda s: len(set(s.seen)) == len(s.seen)), "no stream has an event twice")
    missing = wrong(lambda s: set(expected) <= set(s.seen))
    report.check(not missing, "every stream has every event",
                 f"{len(missing)} miss some, such as {missing[:5]}: " + str(
                     [len(set(expected) - set(streams.all[n].seen)) for n in missing[:5]]))
    report.figure("events", f"{len(expected)} to each of {STREAMS} streams, "
                  f"{sum(s.connections for s in streams.all) - STREAMS} times resumed")


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    run("streams", 280, main)
