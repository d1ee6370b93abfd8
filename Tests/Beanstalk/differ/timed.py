"""Scripts in which time passes: delays, times to run, pauses, waits with an end, DEADLINE_SOON.

Commands come in bursts, each at a part of a second of its own, and all times that commands ask for
are whole seconds: so what a burst sets going never ends while another burst is at it. All scripts
run side by side, each in a tube of its own, on both servers at once.
"""

import asyncio
import itertools
import random
import time

from .answers import Answers, Names, normal
from .play import text
from .script import PRIORITIES

TOLERANCE = 0.5
# Between the commands of a burst, and the parts of a second at which bursts begin.
GAP = 0.025
PARTS = (0.0, 0.25, 0.5, 0.75)
LAST = 3.2
COUNTER = itertools.count()


class TimedScript:
    """Commands of a few connections, each with its moment. Connection 0 alone may wait long:
    stock serves several that wait in an order that follows from its array."""

    def __init__(self, seed):
        self.seed = seed
        self.chance = random.Random(f"timed {seed}")
        self.connections = self.chance.choice([2, 2, 3])
        self.commands = []
        # Connections that have asked for a job, and so may hold one.
        self.takers = set()
        moment = 0
        for part in PARTS[:self.chance.choice([2, 3, 3, 4])]:
            for place in range(self.chance.choice([2, 3, 4])):
                connection = self.chance.choice([0, 0, *range(self.connections)])
                self.commands.append(
                    (moment + part + place * GAP, connection,
                     self._command(connection, len(self.commands))))
            moment += self.chance.choice([0, 1, 1])

    def _command(self, connection, number):
        pick = self.chance.choice
        held = ("held", pick([0, 0, 1]))
        if number < 1 or self.chance.random() < 0.25:
            return self._put()
        if connection not in self.takers or self.chance.random() < 0.2:
            self.takers.add(connection)
            wait = pick([b"reserve\r\n", b"reserve-with-timeout %d\r\n" % pick([1, 2, 3])])
            more = pick([b"", wait]) if connection == 0 else b""
            return [b"reserve-with-timeout 0\r\n" + more]
        return pick([
            lambda: [b"release ", held, b" %d %d\r\n" % (pick(PRIORITIES), pick([0, 1, 2]))],
            lambda: [b"bury ", held, b" 0\r\n"],
            lambda: [b"touch ", held, b"\r\n"],
            lambda: [b"delete ", held, b"\r\n"],
            lambda: [b"stats-job ", held, b"\r\n"],
            lambda: [b"kick 100\r\n"],
            lambda: [b"pause-tube ", ("tube", 0), b" %d\r\n" % pick([0, 1, 1, 2])],
            # Not peek-delayed: of two that are due in one millisecond either may be the first.
            lambda: [pick([b"peek-ready\r\n", b"peek-buried\r\n"])],
            lambda: [b"stats-job ", ("job", 0), b"\r\n"],
            lambda: [b"stats-tube ", ("tube", 0), b"\r\n"],
        ])()

    def _put(self):
        pick = self.chance.choice
        return [b"put %d %d %d 1\r\n%b\r\n" % (
            pick(PRIORITIES[1:]), pick([0, 0, 0, 0, 1, 2]), pick([0, 1, 2, 2, 3, 60]),
            b"%d" % self.chance.randrange(10))]

    def shown(self):
        return [f"  {at:5.3f} {connection}: " + "".join(
            f"<{part[0]} {part[1]}>" if isinstance(part, tuple) else repr(part)[2:-1]
            for part in unit) for at, connection, unit in self.commands]


class Play:
    """One script on one server."""

    def __init__(self, script, address, name, nudged):
        self.script, self.address = script, address
        self.nudged = nudged
        # A name that no other play has, on this server or since its start.
        self.tube = b"timed-%b-%d" % (name.encode(), next(COUNTER))
        self.names = Names()
        self.held = {}
        # By connection: what was answered, and when.
        self.heard = {number: [] for number in range(script.connections)}

    async def run(self, began):
        connections = [await self._open(number) for number in range(self.script.connections)]
        # Nothing is answered yet but the tubes; what follows is the script.
        self.began = time.monotonic() + began
        for heard in self.heard.values():
            heard.clear()
        for at, connection, unit in self.script.commands:
            await asyncio.sleep(max(0.0, self.began + at - time.monotonic()))
            connections[connection][0].write(b"".join(
                self._resolved(part, connection) for part in unit))
        end = self.script.commands[-1][0] + LAST
        await asyncio.sleep(max(0.0, self.began + end - time.monotonic()))
        for writer, reading in connections:
            reading.cancel()
            writer.close()
        return self

    async def _open(self, number):
        reader, writer = await asyncio.open_connection(*self.address)
        writer.write(b"use %b\r\nwatch %b\r\nignore default\r\n" % (self.tube, self.tube))
        reading = asyncio.ensure_future(self._read(reader, writer, number))
        while len(self.heard[number]) < 3:
            await asyncio.sleep(0.005)
        return writer, reading

    async def _read(self, reader, writer, number):
        answers = Answers()
        self.began = 0.0
        while data := await reader.read(1 << 16):
            now = time.monotonic()
            for answer in answers.feed(data):
                words = answer[0].split(b" ")
                if words[0] == b"USING" and self.began:
                    continue
                if words[0] in (b"RESERVED", b"TOUCHED") and self.nudged:
                    self._nudge(writer)
                if words[0] == b"RESERVED":
                    self.held.setdefault(number, []).insert(0, int(words[1]))
                self.names.note(answer)
                line, body = normal(answer, self.names)
                body = body and body.replace(self.tube, b"tube")
                self.heard[number].append((now - self.began, (line, body)))
        self.heard[number].append((time.monotonic() - self.began, (b"(closed)", None)))

    @staticmethod
    def _nudge(writer):
        """Makes stock look at this connection again right after each time a job of it may end.

        1.12 compares the microsecond at which it wakes with the end of the job, and forgets the
        timer when they are equal: then the job lies until its connection says something.
        """
        loop = asyncio.get_running_loop()
        for seconds in (1, 2, 3):
            for later in (0.005, 0.03):
                loop.call_later(seconds + later, lambda: writer.is_closing()
                                or writer.write(b"list-tube-used\r\n"))

    def _resolved(self, part, connection):
        if isinstance(part, bytes):
            return part
        kind, place = part
        if kind == "tube":
            return self.tube
        jobs = self.names.inserted[::-1] if kind == "job" else self.held.get(connection)
        return b"%d" % jobs[place % len(jobs)] if jobs else b"999999999"


def different(real, mine):
    """Whether an answer is another, or half a second off."""
    for number, wanted in real.heard.items():
        heard = mine.heard[number]
        if [answer for _, answer in heard] != [answer for _, answer in wanted]:
            return True
        if any(abs(one - two) > TOLERANCE for (one, _), (two, _) in zip(wanted, heard)):
            return True
    return False


def farthest(plays):
    """The largest difference of two times, over all answers."""
    return max((abs(one - two) for real, mine in plays for number in real.heard
                for (one, _), (two, _) in zip(real.heard[number], mine.heard[number])),
               default=0.0)


class Hitches:
    """When this very program was held up: what it saw then, it may have seen too late."""

    STEP, MOST = 0.01, 0.06

    def __init__(self):
        self.found = []

    async def watch(self):
        last = time.monotonic()
        while True:
            await asyncio.sleep(self.STEP)
            now = time.monotonic()
            if now - last > self.MOST:
                self.found.append((last, now))
            last = now

    def touch(self, play):
        """Whether one fell into the time of the play."""
        end = play.began + play.script.commands[-1][0] + LAST
        return any(begin < end and play.began - 1 < until for begin, until in self.found)


async def play_all(seeds, addresses, nudged, name="first"):
    """Both plays of every script, and the hitches; the beginnings are spread over two seconds."""
    async def both(place, seed):
        script = TimedScript(seed)
        await asyncio.sleep(2.0 * place / len(seeds))
        return await asyncio.gather(*(Play(script, address, name, nudge).run(0.1)
                                      for address, nudge in zip(addresses, nudged)))
    hitches = Hitches()
    watching = asyncio.ensure_future(hitches.watch())
    plays = await asyncio.gather(*(both(*each) for each in enumerate(seeds)))
    watching.cancel()
    return plays, hitches


def transcripts(real, mine, subject):
    lines = [f"timed seed {real.script.seed}", *real.script.shown()]
    for number in sorted(real.heard):
        for name, play in (("beanstalkd", real), (subject, mine)):
            lines += [f"    {name:>10} {number}: {at:6.3f} {text(answer)}"
                      for at, answer in play.heard[number]]
    lines.append(f"  again: Tests/Beanstalk/differential.py --replay-timed {real.script.seed}"
                 + (f" --subject {subject}" if subject != "taskraft" else ""))
    return "\n".join(lines)
