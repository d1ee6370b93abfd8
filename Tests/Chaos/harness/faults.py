"""Faults of a disk, done to a living process by strace, and to files at rest."""

import os
import shutil
import signal
import subprocess

from .waiting import eventually

# What a program may call to make a file durable.
SYNCS = "fsync,fdatasync"


def tracing_problem():
    """Why no process can be traced here; None where it can."""
    if shutil.which("strace") is None:
        return "strace is not installed"
    child = subprocess.Popen(["sleep", "10"])
    try:
        tracer = Tracer(child.pid, f"{SYNCS}:error=EIO")
        tracer.stop()
    except (TimeoutError, RuntimeError) as problem:
        return str(problem)
    finally:
        child.kill()
        child.wait()
    return None


class Tracer:
    """strace on a process with all its threads, or on one thread, with faults injected into its
    system calls: all of them, or those on one file."""

    def __init__(self, pid, injection, threads=True, file=None):
        calls = injection.split(":")[0]
        self.process = subprocess.Popen(
            ["strace", *(["-f"] if threads else []), *(["-P", file] if file else []),
             "-qq", "-o", os.devnull,
             "-e", f"trace={calls}", "-e", f"inject={injection}", "-p", str(pid)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        eventually(f"strace holds {pid}", lambda: self._holds(pid, threads), 10, 0.01)

    def _holds(self, pid, threads):
        ended = self.process.poll()
        if ended == 0:
            return True  # What it held has ended already, of the fault.
        if ended is not None:
            raise RuntimeError(self.process.stderr.read().decode().strip()[-300:])
        if not threads:
            return _is_traced(f"/proc/{pid}/status")
        tasks = f"/proc/{pid}/task"
        return all(_is_traced(f"{tasks}/{task}/status") for task in os.listdir(tasks))

    def stop(self):
        """Lets the process go on untouched: what it waits in ends at once."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.process.wait(10)
        self.process.stderr.close()


def _is_traced(path):
    try:
        with open(path) as file:
            return next(line for line in file if line.startswith("TracerPid")).split()[1] != "0"
    except FileNotFoundError:
        return True  # The thread ended meanwhile.


def thread_of(node, name):
    """The thread of a node that the program gave this name."""
    tasks = f"/proc/{node.process.pid}/task"
    for task in os.listdir(tasks):
        with open(f"{tasks}/{task}/comm") as file:
            if file.read().strip() == name:
                return int(task)
    raise RuntimeError(f"node {node.number} has no thread {name}")


def flip(path, offset, mask=0x01):
    """Changes one byte of a file; the same again changes it back."""
    with open(path, "r+b") as file:
        file.seek(offset)
        byte = file.read(1)[0]
        file.seek(offset)
        file.write(bytes([byte ^ mask]))


def places(path, needle):
    """Where `needle` stands in the file."""
    with open(path, "rb") as file:
        content = file.read()
    found, at = [], content.find(needle)
    while at >= 0:
        found.append(at)
        at = content.find(needle, at + 1)
    return found
