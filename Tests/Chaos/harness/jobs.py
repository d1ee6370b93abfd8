"""Producers and workers under load, and what must be true of what they saw.

All times are of one clock, the test's own. A worker surely holds a job from the moment it reads
the answer, because the job was granted before; and until the first of: it sends what gives the job
up; its time to run, counted from the moment the question for a job, or the last touch, was sent;
the end of its connection, where leases hang on that.
"""

import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from .client import ConnectionLost
from .waiting import poll

# Short, so that a job whose worker is lost comes back while the run goes on.
TTR = 4
WAIT = 1


@dataclass
class Lease:
    job: int
    node: int
    worker: str
    asked: float
    begins: float
    ends: float
    how: str = "open"


@dataclass
class Book:
    """What one thread, or all of them, saw."""

    acknowledged: dict = field(default_factory=dict)  # token -> job
    attempts: Counter = field(default_factory=Counter)  # token -> puts that may have happened
    refused: set = field(default_factory=set)
    leases: list = field(default_factory=list)
    bodies: dict = field(default_factory=dict)  # job -> token
    finished: dict = field(default_factory=dict)  # job -> when it was acknowledged
    maybe_finished: set = field(default_factory=set)
    counts: Counter = field(default_factory=Counter)
    problems: list = field(default_factory=list)
    times: list = field(default_factory=list)  # of acknowledgements

    def merge(self, other):
        for job, token in other.bodies.items():
            if self.bodies.setdefault(job, token) != token:
                self.problems.append(f"job {job} was handed out as {token} and as "
                                     f"{self.bodies[job]}")
        for job in set(self.finished) & set(other.finished):
            self.problems.append(f"job {job} was deleted twice")
        for mine, theirs in ((self.acknowledged, other.acknowledged),
                             (self.finished, other.finished)):
            mine.update(theirs)
        self.attempts.update(other.attempts)
        self.counts.update(other.counts)
        self.refused |= other.refused
        self.maybe_finished |= other.maybe_finished
        self.leases += other.leases
        self.problems += other.problems
        self.times += other.times


class JobLoad:
    """Threads that put jobs, and threads that work them off, through all nodes."""

    def __init__(self, nodes, door, producers=32, workers=32, queue="kills", pause=0.05):
        self.nodes, self.door, self.queue, self.pause = nodes, door, queue, pause
        self.stopping = threading.Event()
        self.leaving = threading.Event()
        self.crew = [Producer(self, number) for number in range(producers)]
        self.crew += [Worker(self, number) for number in range(workers)]

    def start(self):
        self.began = time.monotonic()
        for each in self.crew:
            each.thread.start()
        return self

    def stop_producers(self):
        self.stopping.set()
        return self._joined(Producer)

    def stop_workers(self):
        self.leaving.set()
        return self._joined(Worker)

    def _joined(self, kind):
        deadline = time.monotonic() + 30
        crew = [each for each in self.crew if isinstance(each, kind)]
        for each in crew:
            each.thread.join(max(0.0, deadline - time.monotonic()))
        return not any(each.thread.is_alive() for each in crew)

    def acknowledged(self):
        return sum(len(each.book.acknowledged) for each in self.crew)

    def book(self):
        whole = Book()
        for each in self.crew:
            whole.merge(each.book)
        return whole


class Member:
    """A thread with one connection to one node after another."""

    def __init__(self, load, name, number):
        self.load, self.name, self.turn = load, f"{name}-{number}", number
        self.book = Book()
        self.random = random.Random(self.name)
        self.door = None
        self.thread = threading.Thread(target=self._run, name=self.name, daemon=True)

    def _run(self):
        while not self.over() and len(self.book.problems) < 20:
            try:
                if self.door is None:
                    self.node = self.load.nodes[self.turn % len(self.load.nodes)]
                    self.door = self.load.door(self.node, self.load.queue, TTR)
                self.step()
            except ConnectionLost as loss:
                self.book.counts["timed out" if loss.timed_out else "lost connections"] += 1
                self.disconnect()
                time.sleep(0.05)
            except Exception as problem:
                # An answer that cannot be read is a finding, not the end of the load.
                self.book.problems.append(f"{self.name}: {type(problem).__name__}: {problem}")
                self.disconnect()
        self.disconnect()

    def disconnect(self):
        if self.door is not None:
            self.door.close()
        self.door = None
        self.turn += 1


class Producer(Member):
    def __init__(self, load, number):
        super().__init__(load, "p", number)
        self.sequence = 0
        self.token = None

    def over(self):
        # What was sent without an answer is not sent again after the end.
        return self.load.stopping.is_set()

    def step(self):
        """Puts a job; one whose outcome is unknown is put again, as programs do."""
        if self.token is None:
            self.sequence += 1
            self.token = f"{self.name}-{self.sequence}"
        token, self.book.attempts[self.token] = self.token, self.book.attempts[self.token] + 1
        answer = self.door.put(token)
        self.token = None
        if isinstance(answer, int):
            self.book.acknowledged[token] = answer
            self.book.times.append(time.monotonic())
            if self.door.repeatable:
                self.book.attempts[token] = 1
        elif self.door.repeatable:
            self.token = token
            self.book.counts[f"put: {answer}"] += 1
            raise ConnectionLost(RuntimeError(answer))
        else:
            self.book.counts[f"put: {answer}"] += 1
            self.book.attempts[token] -= 1
            if not self.book.attempts[token]:
                self.book.refused.add(token)
            self.disconnect()
        time.sleep(self.load.pause)


class Worker(Member):
    def __init__(self, load, number):
        super().__init__(load, "w", number)

    def over(self):
        return self.load.leaving.is_set()

    def step(self):
        asked = time.monotonic()
        found = self.door.reserve(WAIT)
        if found is None:
            return
        job, token, key = found
        now = time.monotonic()
        lease = Lease(job, self.node.number, self.name, asked, now, asked + TTR)
        self.book.leases.append(lease)
        if self.book.bodies.setdefault(job, token) != token:
            self.book.problems.append(f"job {job} came as {token} and {self.book.bodies[job]}")
        try:
            self._work(lease, key)
        except ConnectionLost:
            # Whatever was sent last has ended the certainty already; a silent end has not.
            lease.ends = min(lease.ends, time.monotonic())
            lease.how = lease.how if lease.how != "open" else "lost"
            raise

    def _work(self, lease, key):
        if not self.door.rests(self.random.uniform(0, 0.02)):
            raise ConnectionLost(ConnectionResetError("closed while at work"))
        draw = self.random.random()
        if draw < 0.04:
            self._touch(lease, key)
        if draw < 0.88:
            self._finish(lease, key)
        elif draw < 0.94:
            self._give_up(lease, key, "released", self.door.release)
        elif draw < 0.97:
            self._bury(lease, key)
        elif draw < 0.975:
            self._oversleep(lease, key)
        else:
            lease.how, lease.ends = "closed", min(lease.ends, time.monotonic())
            self.book.counts["closed with a job"] += 1
            self.disconnect()

    def _send(self, lease, how, action, *arguments):
        """Something that ends the lease: from here on nothing is certain."""
        sent = time.monotonic()
        certain = sent < lease.ends
        lease.how, lease.ends = how, min(lease.ends, sent)
        done = action(lease.job, *arguments)
        if not done and certain and time.monotonic() < lease.asked + TTR:
            self.book.problems.append(
                f"job {lease.job} was not {self.name}'s any more, "
                f"{time.monotonic() - lease.asked:.2f} s after it asked for it")
        self.book.counts[how if done else f"too late to be {how}"] += 1
        return done

    def _finish(self, lease, key):
        self.book.maybe_finished.add(lease.job)
        if self._send(lease, "deleted", self.door.finish, key):
            self.book.finished[lease.job] = time.monotonic()
        else:
            self.book.maybe_finished.discard(lease.job)

    def _give_up(self, lease, key, how, action):
        return self._send(lease, how, action, key)

    def _bury(self, lease, key):
        try:
            if self._give_up(lease, key, "buried", self.door.bury):
                self._kick(lease.job)
        except ConnectionLost:
            # It may be buried all the same, as long as its node goes on trying.
            self.disconnect()
            poll(lambda: self._kick(lease.job), 3)
            raise

    def _kick(self, job):
        """Somebody has to: nobody else knows of it. Another node may be asked. Whether it was
        buried."""
        for _ in range(200):
            try:
                if self.door is None:
                    self.node = self.load.nodes[self.turn % len(self.load.nodes)]
                    self.door = self.load.door(self.node, self.load.queue, TTR)
                kicked = self.door.kick(job)
                self.book.counts["kicked"] += kicked
                return kicked
            except ConnectionLost:
                self.disconnect()
                time.sleep(0.05)
        self.book.problems.append(f"job {job} could not be kicked")
        return False

    def _touch(self, lease, key):
        sent = time.monotonic()
        if self.door.touch(lease.job, key):
            lease.asked, lease.ends = sent, sent + TTR
            self.book.counts["touched"] += 1

    def _oversleep(self, lease, key):
        """Longer than the time to run: another may have it by now."""
        self.book.counts["overslept"] += 1
        if not self.door.rests(lease.asked + TTR + 0.3 - time.monotonic()):
            raise ConnectionLost(ConnectionResetError("closed while at work"))
        self._finish(lease, key)


def verify_jobs(report, book, kills=(), attached=True, repeatable=False):
    """Holds everything against everything; `kills` are pairs of a node's number and a time."""
    by_job = {}
    for lease in book.leases:
        for node, at in kills if attached else ():
            if lease.node == node and lease.begins <= at < lease.ends:
                lease.ends, lease.how = at, "killed"
        by_job.setdefault(lease.job, []).append(lease)
    copies = Counter(book.bodies.values())
    done = set(book.finished) | book.maybe_finished
    report.clean(book.problems, "every answer makes sense")
    report.clean([f"{token} is job {job}" for token, job in book.acknowledged.items()
                  if job not in done],
                 f"each of {len(book.acknowledged)} acknowledged jobs was worked off")
    report.clean([f"job {job} is {token}, not {book.bodies[job]}"
                  for token, job in book.acknowledged.items()
                  if book.bodies.get(job, token) != token],
                 "under the number that its producer was told")
    report.clean([f"job {job}" for job, times in
                  Counter(book.acknowledged.values()).items() if times > 1],
                 "no number was given twice")
    report.clean([token for token in copies if not book.attempts[token]],
                 "no job came that nobody put")
    report.clean([f"{token}: {count}, put {book.attempts[token]} times"
                  for token, count in copies.items() if count > max(book.attempts[token], 1)],
                 "no job is there more often than it was put")
    report.clean([f"{lease.worker} got job {lease.job}" for lease in book.leases
                  if book.finished.get(lease.job, lease.asked) < lease.asked],
                 "no job came back after it was deleted")
    overlaps = list(_overlaps(by_job))
    report.clean(overlaps, f"of {len(book.leases)} leases no two of one job overlap")
    report.figure("answers", ", ".join(f"{key} {n}" for key, n in sorted(book.counts.items())))
    report.figure("leases by their end", ", ".join(
        f"{how} {n}" for how, n in Counter(each.how for each in book.leases).most_common()))
    report.figure("jobs put twice, because an answer was lost",
                  sum(count > 1 for count in copies.values()))
    report.figure("jobs handed out more than once",
                  sum(len(leases) > 1 for leases in by_job.values()))
    report.figure("refused puts", len(book.refused))


def _overlaps(by_job):
    for job, leases in by_job.items():
        leases.sort(key=lambda lease: lease.begins)
        for one, other in zip(leases, leases[1:]):
            if other.begins < one.ends:
                yield (f"job {job}: {one.worker} on n{one.node} until +{one.ends - one.begins:.3f}"
                       f" ({one.how}), {other.worker} on n{other.node} from "
                       f"+{other.begins - one.begins:.3f}")
