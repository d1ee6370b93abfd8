#!/usr/bin/env python3
"""Lists that are followed: a line for each change, or on a terminal a table that is drawn anew; from
whichever node lives."""

import fcntl
import json
import os
import pty
import select
import signal
import struct
import subprocess
import termios

from harness import Local, Shell, eventually, run
from harness.cluster import binary, clean_environment

PATIENCE = 15


class Watch:
    """`task list --watch`, with its lines as they come."""

    def __init__(self, report, url, *arguments, terminal=False):
        self.out, output = pty.openpty() if terminal else os.pipe()
        if terminal:
            fcntl.ioctl(output, termios.TIOCSWINSZ, struct.pack("HHHH", 12, 100, 0, 0))
        self.err, errors = os.pipe()
        self.process = subprocess.Popen(
            [binary(), "task", "list", "--watch", *arguments], stdin=subprocess.DEVNULL,
            stdout=output, stderr=errors,
            env=clean_environment({"TASKRAFT_URL": url, "TERM": "xterm"}))
        os.close(output)
        os.close(errors)
        self.text, self.said = b"", b""
        report.at_end(self.process.kill)

    def read(self):
        while ready := select.select([self.out, self.err], [], [], 0)[0]:
            for descriptor in ready:
                try:
                    piece = os.read(descriptor, 65_536)
                except OSError:  # A terminal whose other side is gone.
                    piece = b""
                if descriptor == self.out:
                    self.text += piece
                else:
                    self.said += piece
                if not piece:
                    return

    def wait(self, what, holds):
        def look():
            self.read()
            return holds(self)
        return eventually(f"{what}: {self.text[-300:]} {self.said[-300:]}", look, PATIENCE, 0.05)

    @property
    def lines(self):
        return self.text.decode().splitlines()

    @property
    def followed(self):
        return self.said.count(b"following")

    def end(self, number=signal.SIGINT):
        self.process.send_signal(number)
        code = self.process.wait(10)
        self.read()
        return code


def followed(report, shell):
    """A line for each change of what the filter finds, from whichever node lives."""
    local = shell.local
    watch = Watch(report, shell.url, "label:home", "--json")
    watch.wait("it follows", lambda it: it.followed == 1)
    shell.run("task", "add", "Paint the wall", "--label", "home")
    shell.run("task", "add", "Something else")
    shell.run("task", "edit", "1", "--no-labels")
    watch.wait("two lines", lambda it: len(it.lines) == 2)
    events = [json.loads(line) for line in watch.lines]
    report.check([(event["kind"], event["task"]["title"], event["belongs"]) for event in events]
                 == [("created", "Paint the wall", True), ("updated", "Call the bank", False)],
                 "with --json each change of the list is a line, also of what leaves it", events)
    node = int(watch.said.decode().split("following http://")[1].split(":")[1].split()[0]) - local.base + 1
    local.call("kill", str(node))
    watch.wait("it goes on elsewhere", lambda it: it.followed == 2)
    eventually("a leader", lambda: local.leader(), PATIENCE)
    shell.run("task", "edit", "1", "--label", "home")
    watch.wait("a third line", lambda it: len(it.lines) == 3)
    report.check(json.loads(watch.lines[2])["belongs"], "a node that is killed costs no change")
    local.call("start", str(node))
    report.check(watch.end() == 0, "Ctrl-C ends it with 0")
    plain = Watch(report, shell.url)
    plain.wait("it follows", lambda it: it.followed == 1)
    shell.run("task", "done", "1")
    shell.run("task", "comment", "1", "At last.")
    plain.wait("two lines", lambda it: len(it.lines) == 2)
    report.check("1, done" in plain.lines[0] and "Call the bank" in plain.lines[0]
                 and plain.lines[1] == "commented 1", "for people a line says what happened", plain.lines)
    report.check(plain.end(signal.SIGTERM) == 0, "SIGTERM ends it with 0 as well")


def redrawn(report, shell):
    watch = Watch(report, shell.url, "--sort", "-id", terminal=True)
    watch.wait("the list", lambda it: b"Sharpen the saw" in it.text and b"live, http" in it.text)
    before = len(watch.text)
    shell.run("task", "add", "Seen on a terminal")
    watch.wait("the new task", lambda it: b"Seen on a terminal" in it.text)
    redrawn_part = watch.text[before:]
    report.check(b"\x1b[H" in redrawn_part and b"TITLE" in redrawn_part,
                 "on a terminal the table is drawn anew in its place", redrawn_part[:200])
    for number in range(12):
        shell.run("task", "add", f"Many {number}")
    watch.wait("what does not fit is counted", lambda it: b"more" in it.text)
    last = watch.text.rsplit(b"\x1b[H", 1)[1]
    report.check(last.count(b"\n") < 12, "and never grows beyond the terminal", last)
    report.check(watch.end() == 0, "Ctrl-C ends it with 0, too")


def main(report):
    local = Local(report, "watch")
    code, _, err = local.up()
    report.check(code == 0, "a cluster of three starts", err)
    eventually("a leader", local.complete, PATIENCE)
    shell = Shell(report, local)
    for title in ("Call the bank", "Sharpen the saw"):
        shell.run("task", "add", title, "--label", "home")
    followed(report, shell)
    redrawn(report, shell)


if __name__ == "__main__":
    run("task-watch", 120, main)
