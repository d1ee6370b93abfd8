"""Clients of other people, each in a process of its own that does what it is told."""

import base64
import json
import os
import select
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.abspath(os.path.join(HERE, "../.."))
# Scripts/setup.sh makes it.
PYTHON = os.path.join(ROOT, ".build/test-python/bin/python3")


def command(kind):
    adapters = os.path.join(HERE, "adapters")
    if kind == "pheanstalk":
        return ["php", os.path.join(adapters, "pheanstalk.php")]
    if kind == "beaneater":
        return ["ruby", os.path.join(adapters, "beaneater.rb")]
    python = PYTHON if os.access(PYTHON, os.X_OK) else sys.executable
    return [python, os.path.join(adapters, "python_client.py"), kind]


class Refused(Exception):
    """The server, or the client in its name, said no; the word is the protocol's."""

    @property
    def word(self):
        return self.args[0]


class Missing(Exception):
    """The client has no such call."""


class Remote:
    """One client. `start` and `finish` are the two halves of a call, for calls that wait."""

    PATIENCE = 15.0

    def __init__(self, kind):
        self.kind = kind
        words = command(kind)
        if shutil.which(words[0]) is None:
            raise FileNotFoundError(f"{words[0]} is missing: Scripts/setup.sh test installs it")
        self.process = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.buffer = b""

    def start(self, name, *arguments):
        self.process.stdin.write(json.dumps([name, *arguments]).encode() + b"\n")
        self.process.stdin.flush()

    def is_done(self, seconds):
        """Whether an answer is there, or comes within so many seconds."""
        return bool(select.select([self.process.stdout], [], [], seconds)[0])

    def finish(self):
        while b"\n" not in self.buffer:
            if not self.is_done(self.PATIENCE):
                raise TimeoutError(f"{self.kind} did not answer within {self.PATIENCE:g} s")
            data = os.read(self.process.stdout.fileno(), 1 << 20)
            if not data:
                raise RuntimeError(f"{self.kind} ended")
            self.buffer += data
        line, _, self.buffer = self.buffer.partition(b"\n")
        answer = json.loads(line)
        if "missing" in answer:
            raise Missing(answer["missing"])
        if "refused" in answer:
            raise Refused(answer["refused"])
        return answer["ok"]

    def call(self, name, *arguments):
        self.start(name, *arguments)
        return self.finish()

    def end(self):
        self.process.kill()
        self.process.wait(5)

    # Calls with bodies

    def put(self, body, priority=1024, delay=0, ttr=60):
        return self.call("put", base64.b64encode(body).decode(), priority, delay, ttr)

    def take(self, name, *arguments):
        """A job: its number and its body."""
        return job(self.call(name, *arguments))

    def reserve(self, timeout=0):
        return self.take("reserve", timeout)


def job(answer):
    return answer["id"], base64.b64decode(answer["body"])
