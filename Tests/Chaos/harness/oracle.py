"""The oracle: what clients were told, held against what the cluster kept.

Every create and every patch sets a title that no other write uses, a token. The history of all
tasks then tells of each token how often it was applied.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

ACKNOWLEDGED, REFUSED, UNKNOWN = "acknowledged", "refused", "unknown"

# Fields that no patch of ours touches: they must stay as they were created.
STEADY = ("description", "due", "assignee", "labels")


@dataclass
class Write:
    """One create or patch, named by its token."""

    token: str
    kind: str  # create | update
    outcome: str
    task: int | None = None
    # The version it made; None where the answer was a replay, which shows a later one.
    version: int | None = None
    fields: dict = field(default_factory=dict)


@dataclass
class Step:
    """One row of a task's history."""

    index: int
    ordinal: int
    task: int
    command: str
    changes: dict


class Ledger:
    """What one writer, or all of them together, know."""

    def __init__(self):
        self.writes = []
        self.deleted = {}  # task -> outcome
        self.problems = []

    def add(self, write):
        self.writes.append(write)

    def merge(self, other):
        self.writes += other.writes
        self.deleted.update(other.deleted)
        self.problems += other.problems

    def count(self, kind, outcome=ACKNOWLEDGED):
        return sum(1 for write in self.writes if write.kind == kind and write.outcome == outcome)

    def deletions(self, outcome=ACKNOWLEDGED):
        return sum(1 for each in self.deleted.values() if each == outcome)


@dataclass
class Verdict:
    """Lists of sentences, empty where all is well."""

    lost: list = field(default_factory=list)
    twice: list = field(default_factory=list)
    wrong: list = field(default_factory=list)


def verify(ledger, steps, items, ours=lambda token: True):
    """`steps` is the whole history, `items` the live tasks as a list answers them.

    `ours` tells tokens of this ledger from titles that something else wrote.
    """
    verdict = Verdict()
    by_task, by_token = defaultdict(list), defaultdict(list)
    for step in sorted(steps, key=lambda step: (step.index, step.ordinal)):
        by_task[step.task].append(step)
        title = step.changes.get("title")
        if title is not None and title["after"] is not None:
            by_token[title["after"]].append(step)
    _check_tokens(ledger, by_token, by_task, verdict, ours)
    _check_deletes(ledger, by_task, verdict)
    _check_chains(by_task, verdict)
    _check_items(ledger, by_task, items, verdict)
    return verdict


def _check_tokens(ledger, by_token, by_task, verdict, ours):
    known = {write.token for write in ledger.writes}
    for token, found in by_token.items():
        if len(found) > 1:
            verdict.twice.append(f"{token} was applied {len(found)} times")
        if token not in known and ours(token):
            verdict.wrong.append(f"{token} was never written by a client")
    for write in ledger.writes:
        found = by_token.get(write.token, [])
        if write.outcome == REFUSED and found:
            verdict.wrong.append(f"{write.token} was refused, yet applied")
        if write.outcome == ACKNOWLEDGED:
            _check_acknowledged(write, found, by_task, verdict)
    creations = Counter(
        write.task for write in ledger.writes
        if write.kind == "create" and write.outcome == ACKNOWLEDGED)
    for task, times in creations.items():
        if times > 1:
            verdict.wrong.append(f"task {task} was given to {times} creates")


def _check_acknowledged(write, found, by_task, verdict):
    if not found:
        verdict.lost.append(f"{write.kind} {write.token} of task {write.task}")
        return
    step = found[0]
    if step.task != write.task or step.command != write.kind:
        verdict.wrong.append(
            f"{write.token} was acknowledged as {write.kind} of task {write.task}, "
            f"history says {step.command} of task {step.task}")
    elif write.version is not None:
        place = by_task[write.task].index(step) + 1
        if place != write.version:
            verdict.wrong.append(
                f"{write.token} was acknowledged as version {write.version} of task "
                f"{write.task}, history has it as step {place}")


def _check_deletes(ledger, by_task, verdict):
    for task, outcome in ledger.deleted.items():
        deleted = any(step.command == "delete" for step in by_task.get(task, []))
        if outcome == ACKNOWLEDGED and not deleted:
            verdict.lost.append(f"delete of task {task}")
        if outcome == REFUSED and deleted:
            verdict.wrong.append(f"delete of task {task} was refused, yet applied")
    for task, steps in by_task.items():
        if task not in ledger.deleted and any(step.command == "delete" for step in steps):
            verdict.wrong.append(f"task {task} was deleted by nobody")


def _check_chains(by_task, verdict):
    """Each step starts from what the one before left."""
    for task, steps in by_task.items():
        commands = [step.command for step in steps]
        if commands[0] != "create" or "create" in commands[1:] or "delete" in commands[:-1]:
            verdict.wrong.append(f"history of task {task} goes {commands}")
        state = {}
        for step in steps:
            for name, change in step.changes.items():
                if name in state and state[name] != change["before"]:
                    verdict.wrong.append(
                        f"task {task} at index {step.index}: {name} was {state[name]!r}, "
                        f"history says {change['before']!r}")
                state[name] = change["after"]


def _check_items(ledger, by_task, items, verdict):
    listed = {}
    for item in items:
        if item["id"] in listed:
            verdict.wrong.append(f"task {item['id']} is listed twice")
        listed[item["id"]] = item
    creates = {write.task: write for write in ledger.writes
               if write.kind == "create" and write.outcome == ACKNOWLEDGED}
    for task, write in creates.items():
        fate = ledger.deleted.get(task)
        if task not in listed:
            if fate not in (ACKNOWLEDGED, UNKNOWN):
                verdict.lost.append(f"task {task} ({write.token}) is not listed")
        elif fate == ACKNOWLEDGED:
            verdict.wrong.append(f"task {task} is listed after its delete was acknowledged")
    for task, item in listed.items():
        _check_item(item, creates.get(task), by_task.get(task, []), verdict)


def _check_item(item, create, steps, verdict):
    task = item["id"]
    if item["version"] != len(steps):
        verdict.wrong.append(
            f"task {task} has version {item['version']} and {len(steps)} steps of history")
    titles = [step.changes["title"]["after"] for step in steps if "title" in step.changes]
    if titles and titles[-1] != item["title"]:
        verdict.wrong.append(
            f"task {task} is called {item['title']!r}, its history ends with {titles[-1]!r}")
    if create is None:
        return
    for name in STEADY:
        if name in create.fields and item[name] != create.fields[name]:
            verdict.wrong.append(
                f"task {task}: {name} is {item[name]!r}, acknowledged was {create.fields[name]!r}")
