"""The program's own commands, and the clusters that `taskraft local` runs."""

import json
import os
import signal
import subprocess

from .cluster import binary, clean_environment
from .ports import free_base


def taskraft(*arguments, url=None, timeout=60):
    """Runs the program to its end; returns exit code, output and errors."""
    extra = {"TASKRAFT_URL": url} if url else {}
    done = subprocess.run(
        [binary(), *arguments], env=clean_environment(extra), capture_output=True, text=True,
        stdin=subprocess.DEVNULL, timeout=timeout)
    return done.returncode, done.stdout, done.stderr


class Local:
    """A cluster that `taskraft local` runs."""

    def __init__(self, report, name, nodes=3):
        self.directory = os.path.join(report.directory, name)
        self.nodes = nodes
        self.base = free_base(nodes)
        self.pids = set()
        report.at_end(self.end)

    def call(self, verb, *arguments):
        return taskraft("local", verb, *arguments, "--dir", self.directory)

    def up(self):
        return self.call("up", "--nodes", str(self.nodes), "--base-port", str(self.base),
                         "--detach", "--json")

    def status(self):
        code, out, err = self.call("status", "--json")
        if code:
            raise RuntimeError(f"local status exited with {code}: {err}")
        nodes = json.loads(out)
        self.pids.update(node["pid"] for node in nodes if node["pid"])
        return nodes

    def roles(self):
        return [node["role"] for node in self.status()]

    def leader(self):
        return next((node for node in self.status() if node["role"] == "leader"), None)

    def complete(self):
        """One leader, and nobody but followers beside it."""
        return sorted(self.roles()) == ["follower"] * (self.nodes - 1) + ["leader"]

    def http(self, number):
        return f"127.0.0.1:{self.base + number - 1}"

    def url(self):
        return ",".join(f"http://{self.http(k)}" for k in range(1, self.nodes + 1))

    def end(self):
        """Whatever the commands left running; only what `status` named as ours."""
        if os.path.exists(os.path.join(self.directory, "local.json")):
            self.call("down")
        for pid in self.pids:
            if alive(pid):
                os.kill(pid, signal.SIGKILL)


class Shell:
    """Commands against one cluster; each says whether it did what was wanted."""

    def __init__(self, report, local):
        self.report, self.local, self.url = report, local, local.url()

    def run(self, *arguments):
        return taskraft(*arguments, url=self.url)

    def step(self, what, holds, *arguments):
        code, out, err = self.run(*arguments)
        self.report.check(code == 0 and holds(out), what, f"{code}: {out[:300]}{err[:300]}")
        return out

    def refused(self, what, expected, *arguments, says=""):
        code, out, err = self.run(*arguments)
        self.report.check(code == expected and says in err, what, f"{code}: {out[:300]}{err[:300]}")
        return err


def alive(pid):
    """Whether the process lives and is the program under test, not a later one's number."""
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            words = file.read().split(b"\0")
        with open(f"/proc/{pid}/stat") as file:
            state = file.read().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return b"taskraft" in words[0] and state not in "ZX"
