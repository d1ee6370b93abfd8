"""Clients under load: each write carries a key and is sent again, with it, until answered."""

import random
import threading
import time
from collections import Counter, deque

from .client import Client, ConnectionLost
from .oracle import ACKNOWLEDGED, REFUSED, UNKNOWN, Ledger, Write

# Texts that a careless store would mangle.
TEXTS = [
    "", "plain", "two\nlines\tand a tab", "it's a \"quote\" \\ back\\nslash", "percent %s _ ;--",
    "Grüße, 日本語, 🎉👩‍👩‍👧", "trailing space ", "NULL", "\\N", "x" * 700,
]
LABELS = [[], ["home"], ["home", "büro"], ["a,b", "c\"d"]]


class Load:
    """Writers through all nodes, and what they saw."""

    def __init__(self, addresses, writers=16, name="w", patience=30.0, pause=0.0):
        self.addresses = addresses
        self.name = name
        self.patience = patience
        self.pause = pause
        self.shared = deque(maxlen=400)
        self.stopping = threading.Event()
        self.writers = [Writer(self, number) for number in range(writers)]
        self.began = self.ended = None

    def start(self):
        self.began = time.monotonic()
        for writer in self.writers:
            writer.thread.start()
        return self

    def stop(self):
        """Lets each writer finish the write it is at; returns whether all of them did."""
        self.stopping.set()
        deadline = time.monotonic() + self.patience + 10
        for writer in self.writers:
            writer.thread.join(max(0.0, deadline - time.monotonic()))
        self.ended = time.monotonic()
        return not any(writer.thread.is_alive() for writer in self.writers)

    def ledger(self):
        whole = Ledger()
        for writer in self.writers:
            whole.merge(writer.ledger)
        return whole

    def answers(self):
        """How often each status came, `lost` and `timed out` for no answer at all."""
        return sum((writer.answers for writer in self.writers), Counter())

    def acknowledged(self):
        return sum(len(writer.acknowledgements) for writer in self.writers)

    def slowest(self):
        return max(writer.slowest for writer in self.writers)

    def longest_gap(self, since=None, until=None):
        """The longest time in which nobody's write was acknowledged."""
        since = self.began if since is None else since
        until = (self.ended or time.monotonic()) if until is None else until
        times = [at for writer in self.writers for at in list(writer.acknowledgements)]
        times = [since] + sorted(at for at in times if since <= at <= until) + [until]
        return max(later - earlier for earlier, later in zip(times, times[1:]))

    def is_token(self, title):
        return title.startswith(f"{self.name}-")


class Writer:
    """One client, on a thread of its own."""

    def __init__(self, load, number):
        self.name = f"{load.name}-{number}"
        self.thread = threading.Thread(target=self._run, daemon=True, name=self.name)
        self.load = load
        self.ledger = Ledger()
        self.answers = Counter()
        self.acknowledgements = []
        self.slowest = 0.0
        self.random = random.Random(self.name)
        self.client = Client()
        self.turn = number
        self.sequence = 0
        self.mine = {}  # task -> the version last seen

    def _run(self):
        while not self.load.stopping.is_set() and len(self.ledger.problems) < 100:
            try:
                self._step()
            except Exception as problem:
                # An answer that cannot be read is a finding, not the end of the load.
                self._problem(f"{type(problem).__name__}: {problem}")
            if self.load.pause:
                time.sleep(self.load.pause)
        self.client.close()

    def _step(self):
        draw = self.random.random()
        if draw < 0.60 or not self.mine:
            self._create()
        elif draw < 0.80:
            self._patch(*self._pick())
        elif draw < 0.85:
            self._patch_shared()
        elif draw < 0.95:
            self._delete(*self._pick())
        else:
            self._get(self._pick()[0])

    def _pick(self):
        return self.random.choice(list(self.mine.items()))

    def _token(self):
        self.sequence += 1
        return f"{self.name}-{self.sequence}"

    def _problem(self, text):
        self.ledger.problems.append(f"{self.name}: {text}")

    # What the writers do

    def _create(self):
        token = self._token()
        fields = {
            "title": token,
            "description": self.random.choice(TEXTS),
            "status": self.random.choice(["pending", "in_progress", "done"]),
            "priority": self.random.randrange(5),
            "due": self.random.choice([None, "2026-12-01", "2028-02-29"]),
            "assignee": self.random.choice([None, "ann", "Jörg"]),
            "labels": self.random.choice(LABELS),
        }
        write = Write(token, "create", UNKNOWN, fields=fields)
        self.ledger.add(write)
        reply, _ = self._send("POST", "/v1/tasks", fields, token)
        if reply is None:
            return
        if reply.status != 201:
            return self._problem(f"create answered {reply}")
        task = reply.json()
        write.outcome, write.task = ACKNOWLEDGED, task["id"]
        self._acknowledged()
        if not replayed(reply):
            write.version = task["version"]
            self._expect_fields(task, fields, reply)
        self.mine[task["id"]] = task["version"]
        self.load.shared.append(task["id"])

    def _expect_fields(self, task, fields, reply):
        different = [name for name in fields if task[name] != fields[name]]
        if different or task["version"] != 1:
            self._problem(f"create of {fields['title']} answered other {different or 'version'}")
        if reply.headers.get("ETag") != f'"{task["version"]}"':
            self._problem(f"ETag {reply.headers.get('ETag')} of version {task['version']}")

    def _patch(self, task, version, owned=True):
        token = self._token()
        fields = {"title": token}
        if self.random.random() < 0.5:
            fields["status"] = self.random.choice(["pending", "in_progress", "done"])
        write = Write(token, "update", UNKNOWN, task=task, fields=fields)
        self.ledger.add(write)
        reply, uncertain = self._send("PATCH", f"/v1/tasks/{task}", fields, token, version)
        if reply is None:
            self.mine.pop(task, None)
        elif reply.status == 200:
            write.outcome = ACKNOWLEDGED
            self._acknowledged()
            self._patched(write, version, reply, owned)
        elif reply.status == 412:
            write.outcome = REFUSED
            if owned:
                self.mine[task] = reply.json()["current"]["version"]
        elif reply.status == 404 and not owned:
            # Its owner deleted it; an earlier attempt may have come before that.
            write.outcome = UNKNOWN if uncertain else REFUSED
        else:
            self._problem(f"patch of task {task} answered {reply}")

    def _patched(self, write, version, reply, owned):
        made = reply.json()["version"]
        if not replayed(reply):
            write.version = made
            if made != version + 1:
                self._problem(f"patch of version {version} of {write.task} made {made}")
        if owned:
            self.mine[write.task] = made

    def _patch_shared(self):
        """A task that another writer may be changing at this moment."""
        task = self.random.choice(list(self.load.shared))
        reply = self._get(task)
        if reply is not None and reply.status == 200 and task not in self.mine:
            self._patch(task, reply.json()["version"], owned=False)

    def _delete(self, task, version):
        self.ledger.deleted[task] = UNKNOWN
        self.mine.pop(task)
        reply, uncertain = self._send(
            "DELETE", f"/v1/tasks/{task}", None, self._token(), version)
        if reply is None:
            return
        if reply.status == 204 or (reply.status == 404 and uncertain):
            self.ledger.deleted[task] = ACKNOWLEDGED
            self._acknowledged()
        elif reply.status == 412:
            self.ledger.deleted[task] = REFUSED
            self.mine[task] = reply.json()["current"]["version"]
        else:
            self._problem(f"delete of task {task} answered {reply}")

    def _get(self, task):
        reply, _ = self._send("GET", f"/v1/tasks/{task}", None, None)
        if reply is None:
            return None
        if reply.status not in (200, 404):
            self._problem(f"get of task {task} answered {reply}")
        known = self.mine.get(task)
        if known is not None:
            # Reads are linearizable: nothing older than what this writer was told.
            if reply.status == 404 or reply.json()["version"] < known:
                self._problem(f"task {task} was read older than version {known}: {reply}")
        return reply

    # How they do it

    def _acknowledged(self):
        self.acknowledgements.append(time.monotonic())

    def _send(self, method, path, body, token, version=None):
        """Asks node after node, with the same key, until one answers.

        Returns the answer, or None when patience ran out, and whether an earlier attempt may
        have been carried out.
        """
        headers = {}
        if token is not None:
            headers["Idempotency-Key"] = f'"{token}"'
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        uncertain = False
        deadline = time.monotonic() + self.load.patience
        for attempt in range(10_000):
            address = self.load.addresses[self.turn % len(self.load.addresses)]
            self.turn += 1
            reply = self._attempt(address, method, path, body, headers)
            if reply is not None and reply.status not in (503, 504):
                return reply, uncertain or reply.resent
            uncertain = uncertain or reply is None or reply.status == 504
            if time.monotonic() > deadline:
                break
            time.sleep(min(0.02 * (attempt + 1), 0.2))
        self._problem(f"{method} {path} had no answer within {self.load.patience:g} s")
        return None, True

    def _attempt(self, address, method, path, body, headers):
        try:
            reply = self.client.request(address, method, path, body, headers)
        except ConnectionLost as loss:
            self.answers["timed out" if loss.timed_out else "lost"] += 1
            return None
        self.answers[reply.status] += 1
        self.slowest = max(self.slowest, reply.seconds)
        return reply


def replayed(reply):
    return reply.headers.get("Idempotency-Replayed") == "true"
