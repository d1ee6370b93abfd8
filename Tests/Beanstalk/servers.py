"""The servers that the programs here talk to: Debian's beanstalkd, and the drop-in under test."""

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../Chaos"))

from harness import eventually, free_port  # noqa: E402
from harness.cluster import binary, clean_environment  # noqa: E402


LIBC = ctypes.CDLL(None)
PR_SET_PDEATHSIG = 1


def _end_with_parent():
    """No server outlives the process that started it, however that ends."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def stock():
    """The path of Debian's beanstalkd; /usr/sbin and the like may not be on a user's PATH."""
    path = shutil.which("beanstalkd", path=os.environ.get("PATH", "") + ":/usr/bin:/usr/sbin")
    if path is None:
        raise FileNotFoundError("beanstalkd is missing: Scripts/setup.sh test installs it")
    return path


class Server:
    """One process that listens for beanstalkd's clients on a free port of loopback."""

    def __init__(self, kind, log=None, flags=(), alter=0, start=True):
        self.kind = kind
        self.log = log
        self.flags = list(flags)
        self.alter = alter
        self.process = None
        self.helpers = []
        # Where the test's own questions go: past a proxy that alters answers.
        self.control = None
        if start:
            self.start()

    def start(self):
        for _ in range(5):
            self.port = free_port()
            self.process = self._run([*self._command(), "-l", "127.0.0.1", "-p", str(self.port),
                                      *self.flags])
            if self._answers(self.port, self.process):
                self.control = self.address
                break
        else:
            raise RuntimeError(f"{self.kind} did not start; its log: {self.log}")
        if self.kind == "altered":
            self._start_proxy()

    def _command(self):
        return [binary(), "beanstalkd"] if self.kind == "taskraft" else [stock()]

    def _start_proxy(self):
        """Puts the proxy that alters answers in front of the real server."""
        upstream, self.port = self.port, free_port()
        proxy = os.path.join(os.path.dirname(os.path.abspath(__file__)), "altering_proxy.py")
        self.helpers.append(self._run(
            [sys.executable, proxy, str(self.port), str(upstream), str(self.alter)]))
        if not self._answers(self.port, self.helpers[0]):
            raise RuntimeError("the altering proxy did not start")

    def _run(self, command):
        output = open(self.log, "ab") if self.log else subprocess.DEVNULL
        try:
            return subprocess.Popen(
                command, env=clean_environment(), stdout=output, stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL, preexec_fn=_end_with_parent)
        finally:
            if self.log:
                output.close()

    @staticmethod
    def _answers(port, process):
        """Waits until it listens; false when the process ended instead.

        Looks at the kernel's table, because a trial connection would be counted by the server.
        """
        def listens():
            if process.poll() is not None:
                return "ended"
            return "listens" if listening(port) else None
        return eventually(f"port {port} is listened on", listens, 10, 0.005) == "listens"

    @property
    def address(self):
        return ("127.0.0.1", self.port)

    def connect(self, timeout=10):
        connection = socket.create_connection(self.address, timeout)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def stop(self, how=signal.SIGKILL):
        for process in [*self.helpers, self.process]:
            if process and process.poll() is None:
                process.send_signal(how)
        codes = [process.wait(10) for process in [*self.helpers, self.process] if process]
        self.helpers, self.process = [], None
        return codes[-1] if codes else None


def listening(port):
    """Whether something listens on this port of loopback or of every address."""
    wanted = f":{port:04X}"
    with open("/proc/net/tcp") as table:
        next(table)
        return any(fields[1].endswith(wanted) and fields[3] == "0A"
                   for fields in map(str.split, table))
