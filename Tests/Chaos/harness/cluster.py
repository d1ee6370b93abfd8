"""Nodes as processes, started directly, so that a kill is a kill."""

import os
import re
import shutil
import signal
import subprocess
import time

from .client import Client, ConnectionLost
from .ports import free_base
from .waiting import eventually, poll

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "../../.."))


def binary():
    """The program under test."""
    path = os.environ.get("TASKRAFT_BIN", os.path.join(ROOT, ".build/release/taskraft"))
    if not os.access(path, os.X_OK):
        raise FileNotFoundError(f"{path} is missing: build it first, or set TASKRAFT_BIN")
    return os.path.abspath(path)


def clean_environment(extra=None):
    """Ours, without any setting that a developer's shell would sneak into a node."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("TASKRAFT_")}
    kept["SWIFT_BACKTRACE"] = "interactive=no,color=no"
    kept.update(extra or {})
    return kept


LOOPBACK = "127.0.0.1"


class Node:
    """One `taskraft serve`."""

    def __init__(self, number, base, directory, environment, links=None):
        self.number = number
        host = links.host(number) if links else LOOPBACK
        self.wrapper = links.wrapper(number) if links else []
        self.http = f"{host}:{base + number - 1}"
        self.beanstalk = f"{host}:{base + 100 + number - 1}"
        self.peer = f"{host}:{base + 200 + number - 1}"
        self.data = os.path.join(directory, f"n{number}")
        self.log_path = os.path.join(directory, f"n{number}.log")
        self.database = os.path.join(self.data, "state.sqlite")
        self.environment = environment
        self.process = None
        self.starts = 0

    @property
    def alive(self):
        return self.process is not None and self.process.poll() is None

    def start(self):
        assert not self.alive, f"node {self.number} runs already"
        os.makedirs(self.data, exist_ok=True)
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                [*self.wrapper, binary(), "serve"], env=clean_environment(self.environment),
                stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                start_new_session=True)
        self.starts += 1

    def kill(self):
        """kill -9, by its own process id."""
        if self.alive:
            self.process.send_signal(signal.SIGKILL)
        return self.process.wait(10) if self.process else None

    def terminate(self, timeout=15):
        """SIGTERM; returns its exit code, or None when it did not stop in time."""
        if self.alive:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            return None

    def wipe(self):
        shutil.rmtree(self.data)

    def log_size(self):
        return os.path.getsize(self.log_path) if os.path.exists(self.log_path) else 0

    def log_lines(self, pattern, offset=0):
        """Lines of the log since `offset` that match, whatever the case."""
        with open(self.log_path, "rb") as file:
            file.seek(offset)
            lines = file.read().decode("utf-8", "replace").splitlines()
        return [line for line in lines if re.search(pattern, line, re.IGNORECASE)]

    def view(self, client):
        """What /v1/cluster of this node says, or None when it does not answer."""
        try:
            reply = client.get(self.http, "/v1/cluster")
        except ConnectionLost:
            return None
        return reply.json() if reply.status == 200 else None

    def own(self, client):
        """What the node says of itself."""
        view = self.view(client)
        if view is None:
            return None
        return next((entry for entry in view["nodes"] if entry["id"] == self.number), None)


class Cluster:
    """Nodes 1 to n with one member list; every process is ended with the report."""

    def __init__(self, report, name="cluster", nodes=3, store=None, environment=None,
                 cluster="chaos", links=None):
        self.directory = report.subdirectory(name)
        self.base = free_base(nodes)
        self.client = Client(timeout=4)
        self.nodes = [Node(number, self.base, self.directory, {}, links)
                      for number in range(1, nodes + 1)]
        self.members = ",".join(f"{node.number}={node.peer}" for node in self.nodes)
        for node in self.nodes:
            node.environment = self._settings(node, cluster, self.members)
            if links:
                node.environment["TASKRAFT_INSECURE"] = "true"
            node.environment["TASKRAFT_STORE_URL"] = store(node.number) if store else "sqlite"
            node.environment.update(environment or {})
        report.at_end(self.kill_all)

    @staticmethod
    def _settings(node, cluster, members):
        return {
            "TASKRAFT_CLUSTER": cluster,
            "TASKRAFT_NODE_ID": str(node.number),
            "TASKRAFT_NODE_NAME": f"n{node.number}",
            "TASKRAFT_INITIAL_MEMBERS": members,
            "TASKRAFT_DATA_DIR": node.data,
            "TASKRAFT_LISTEN_HTTP": node.http,
            "TASKRAFT_LISTEN_BEANSTALK": node.beanstalk,
            "TASKRAFT_LISTEN_PEER": node.peer,
            "TASKRAFT_ADVERTISE_HTTP": node.http,
        }

    @property
    def addresses(self):
        return [node.http for node in self.nodes]

    def node(self, number):
        return self.nodes[number - 1]

    def start_all(self, timeout=20):
        for node in self.nodes:
            if not node.alive:
                node.start()
        self.wait_ready(timeout)

    def kill_all(self):
        for node in self.nodes:
            if node.alive:
                node.process.send_signal(signal.SIGKILL)
        for node in self.nodes:
            if node.process:
                node.process.wait(10)

    def leader(self, client=None):
        """The living node that says it leads, in the highest term; None without one."""
        client = client or self.client
        found = []
        for node in self.nodes:
            own = node.own(client) if node.alive else None
            if own and own["role"] == "leader":
                found.append((own["term"], node))
        return max(found, key=lambda pair: pair[0])[1] if found else None

    def wait_leader(self, timeout=10, client=None):
        return eventually("a leader", lambda: self.leader(client), timeout, 0.05)

    def wait_ready(self, timeout=20, nodes=None):
        """Until every node asked for answers /readyz with 200."""
        for node in nodes or self.nodes:
            eventually(f"node {node.number} is ready", lambda: self._ready(node), timeout)

    def _ready(self, node):
        if not node.alive:
            raise RuntimeError(
                f"node {node.number} stopped with exit code {node.process.returncode}")
        try:
            return self.client.get(node.http, "/readyz").status == 200
        except ConnectionLost:
            return False

    def stop_all(self, report):
        """SIGTERM to each, the leader last: with the followers gone nothing new can be committed,
        so all of them stop at the same index. Each must exit with 0."""
        leader = poll(self.leader, 5)
        order = [node for node in self.nodes if node is not leader] + ([leader] if leader else [])
        began = time.monotonic()
        codes = {node.number: node.terminate() for node in order}
        report.check(all(code == 0 for code in codes.values()),
                     "every node exits with 0 on SIGTERM", f"exit codes {codes}")
        report.figure("seconds to stop the nodes one after another",
                      f"{time.monotonic() - began:.2f}")
