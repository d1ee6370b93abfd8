"""Checks, figures and the life of one program: its directory, its time limit, its processes."""

import os
import shutil
import signal
import sys
import tempfile
import threading
import traceback

TAIL_LINES = 15


class Report:
    """Counts what held, and ends everything the program started."""

    def __init__(self, name):
        self.passed = 0
        self.failed = 0
        self.directory = tempfile.mkdtemp(prefix=f"taskraft-{name}-")
        self._cleanups = []
        self._lock = threading.Lock()

    def check(self, holds, text, detail=""):
        """One line a check; the detail is shown only where it failed."""
        if holds:
            self.passed += 1
            print(f"ok - {text}", flush=True)
        else:
            self.failed += 1
            print(f"not ok - {text}" + (f": {detail}" if detail else ""), flush=True)
        return bool(holds)

    def clean(self, problems, text):
        """A check that holds when the list of problems is empty; shows the first few."""
        shown = "; ".join(str(problem) for problem in problems[:5])
        more = f" (and {len(problems) - 5} more)" if len(problems) > 5 else ""
        return self.check(not problems, text, shown + more)

    def figure(self, name, value):
        print(f"# {name}: {value}", flush=True)

    def note(self, text):
        print(f"# {text}", flush=True)

    def skip(self, text):
        """What cannot be tested on this machine; shown, and counted by Scripts/test.sh."""
        print(f"SKIPPED - {text}", flush=True)

    def at_end(self, action):
        """Runs at the end, the latest first, however the program ends."""
        self._cleanups.append(action)

    def subdirectory(self, name):
        path = os.path.join(self.directory, name)
        os.makedirs(path, exist_ok=True)
        return path

    def finish(self):
        """Ends the processes, keeps the directory of a failed run, prints the last line."""
        with self._lock:
            while self._cleanups:
                self._clean_up(self._cleanups.pop())
            if self.failed:
                self._show_logs()
                print(f"# kept: {self.directory}")
            else:
                shutil.rmtree(self.directory, ignore_errors=True)
            print(f"{self.passed} passed, {self.failed} failed", flush=True)
        return 1 if self.failed else 0

    def _clean_up(self, action):
        try:
            action()
        except Exception as problem:  # one failed clean-up must not keep the others from running
            self.check(False, "clean-up", repr(problem))

    def _show_logs(self):
        for folder, _, files in sorted(os.walk(self.directory)):
            for name in sorted(files):
                if name.endswith(".log"):
                    self._show_log(os.path.join(folder, name))

    def _show_log(self, path):
        with open(path, "rb") as file:
            lines = file.read()[-64_000:].decode("utf-8", "replace").splitlines()[-TAIL_LINES:]
        print(f"# last lines of {os.path.relpath(path, self.directory)}:")
        for line in lines:
            print(f"#   {line[:400]}")


def _interrupt(number, frame):
    raise KeyboardInterrupt(f"signal {number}")


def run(name, limit, body):
    """Runs `body(report)` within `limit` seconds and exits with 0 only when every check held."""
    report = Report(name)
    signal.signal(signal.SIGTERM, _interrupt)
    watchdog = threading.Timer(limit, _expired, [report, limit])
    watchdog.daemon = True
    watchdog.start()
    try:
        body(report)
    except KeyboardInterrupt:
        report.check(False, "interrupted")
    except Exception as problem:
        report.check(False, "ran to its end", f"{type(problem).__name__}: {problem}")
        traceback.print_exc()
    watchdog.cancel()
    sys.stdout.flush()
    # Threads that still wait for an answer must not hold the exit.
    code = report.finish()
    sys.stderr.flush()
    os._exit(code)


def _expired(report, limit):
    report.check(False, f"within the time limit of {limit:g} s")
    report.finish()
    os._exit(1)
