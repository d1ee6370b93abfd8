"""Random scripts: steps on a few connections, which reach deep states and stumble on purpose.

A unit is what one command is meant to be: a list of byte strings and references. A reference is
resolved when it is sent, from what the same server has answered so far:
`("job", n)` is the n-th job that the script inserted, `("held", n)` one that this connection got.
"""

import random
from dataclasses import dataclass, field

CONNECTIONS = 4
TUBES = [b"default", b"one", b"two", b"a+b/c;d.e$f_g(h)-9", b"t" * 200]
BAD_TUBES = [b"-dash", b"t" * 201, b"sp ace", b"*", b"a,b", b"\xc3\xa9", b"", b"nul\0nul", b'q"q']
PRIORITIES = [0, 0, 1, 5, 1023, 1024, 65536, 4294967295]
# No second of these passes while a script runs, and each is a multiple of ten.
TTRS = [1000, 1000, 60000, 4000000000]
# No small number of seconds among what may be read as one, and nothing that is a job's number:
# servers may leave other gaps.
NUMBERS = [
    b"-9000", b"+9000", b"-0", b"0x10", b"9e3", b"4294967295", b"4294967296",
    b"9223372036854775807", b"18446744073709551615", b"18446744073709551616",
    b"999999999999999999999999", b"000900000000", b" 900000000", b"  900000000", b"900000000 ",
    b"900000000.5", b"", b"a", b"\t900000000", b"900000000\t", b"\xb2", b"900000000\0",
]
# What reads as no second or as very many: nothing that would pass while a script runs. What is no
# number, is negative or is larger stock 1.12 takes for 0, for ever, or something between; 1.13
# refuses it, and so do we.
WAITS = [*[b"0"] * 20, b"00", b" 0", b"  0", b"2147483647"]
VERBS = [
    b"put", b"use", b"reserve", b"reserve-with-timeout", b"reserve-job", b"delete", b"release",
    b"bury", b"touch", b"watch", b"ignore", b"peek", b"peek-ready", b"peek-delayed",
    b"peek-buried", b"kick", b"kick-job", b"stats-job", b"stats-tube", b"stats", b"list-tubes",
    b"list-tube-used", b"list-tubes-watched", b"pause-tube", b"quit",
]
LIMIT = 65535


@dataclass
class Step:
    """What one connection does: sends units, in one go or in pieces; closes; closes one way."""

    kind: str
    connection: int
    units: list = field(default_factory=list)
    # Places, as parts of the whole, where what is sent is cut into packets.
    cuts: list = field(default_factory=list)
    # Whether it is sent even while the connection waits for a job.
    behind: bool = False


def shown(step, units):
    """A step as a person reads it, with those of its units that were sent; None: left out."""
    if units is None:
        return f"{step.connection}: (left out)"
    if step.kind != "send":
        return f"{step.connection}: {step.kind}"
    cuts = f"  (in {len(step.cuts) + 1} packets)" if step.cuts else ""
    return f"{step.connection}: " + "".join(map(_text, units)) + cuts


def _text(unit):
    texts = []
    for part in unit:
        if isinstance(part, tuple):
            texts.append(f"<{part[0]} {part[1]}>")
        elif len(part) > 300:
            texts.append(f"{repr(part[:40])[2:-1]}...({len(part)} bytes)")
        else:
            texts.append(repr(part)[2:-1])
    return "".join(texts)


def may_wait(unit):
    text = unit[0].lstrip()
    return text.startswith(b"reserve") and not text.startswith(
        (b"reserve-with-timeout 0\r\n", b"reserve-job "))


def is_blind_spot(unit):
    """Whether a CR of it stands near where stock's buffer of 224 bytes ends: there stock loses
    sight of the LF, and of the line. Near, because a wrong body may eat or leave some bytes."""
    whole = b"".join(part if isinstance(part, bytes) else b"1" for part in unit)
    return any(len(line) > 200 and (len(line) + 10) % 224 < 16 for line in whole.split(b"\r\n"))


class Script:
    """The steps that one seed stands for."""

    def __init__(self, seed):
        self.seed = seed
        chance = random.Random(seed)
        self.connections = chance.randint(1, CONNECTIONS)
        # A few tubes to a script, so that its connections meet.
        self.tubes = chance.sample(TUBES, chance.randint(1, 3))
        self.chance = chance
        self.steps = [self._step(number) for number in range(chance.choice([8, 16, 24, 40]))]

    def _step(self, number):
        connection = self.chance.randrange(self.connections)
        draw = self.chance.random()
        if number and draw < 0.03:
            return Step("close", connection)
        if number and draw < 0.04:
            return Step("half-close", connection)
        if draw < 0.20:
            units = self._story(connection)
        else:
            units = [self._unit() for _ in range(self.chance.choice([1, 1, 1, 2, 4, 8]))]
        # What follows the end of a connection makes the kernel throw away answers before it.
        ends = [place for place, unit in enumerate(units) if unit[0].startswith(b"quit")]
        units = units[:ends[0] + 1] if ends else units
        waits = [place for place, unit in enumerate(units) if may_wait(unit)]
        if waits and self.chance.random() < 0.8:
            units = units[:waits[0] + 1]
        cuts = []
        longest = max(len(part) for unit in units for part in unit if isinstance(part, bytes))
        if self.chance.random() < 0.12 and not 220 < longest < 1100:
            cuts = sorted(self.chance.random() for _ in range(self.chance.randint(1, 3)))
        return Step("send", connection, units, cuts, self.chance.random() < 0.15)

    def _story(self, connection):
        """Commands that belong together, for states that chance alone would seldom reach."""
        pick = self.chance.choice
        tube = pick(self.tubes)
        take = [[b"reserve-with-timeout 0\r\n"]]
        return pick([
            lambda: [[b"use %b\r\n" % tube]] + [self._put() for _ in range(pick([3, 10]))],
            lambda: [[b"watch %b\r\n" % tube], [b"ignore default\r\n"]] + take * pick([1, 4]),
            lambda: take + [[b"bury ", ("held", 0), b" %d\r\n" % pick(PRIORITIES)]],
            lambda: take + [[b"release ", ("held", 0),
                             b" %d %d\r\n" % (pick(PRIORITIES), self._later())]],
            lambda: take + [[b"release ", ("held", 0), b" %d 0\r\n" % pick(PRIORITIES)]] + take,
            lambda: take * 3 + [[b"bury ", ("held", n), b" 0\r\n"] for n in range(3)]
            + [[b"use %b\r\n" % tube], [b"peek-buried\r\n"], [b"kick 2\r\n"]],
            lambda: [[b"pause-tube %b %d\r\n" % (tube, pick([0, 1000]))],
                     [b"watch %b\r\n" % tube], *take, [b"stats-tube %b\r\n" % tube]],
            lambda: [[b"watch %b\r\n" % tube], [b"reserve\r\n"]],
            lambda: [[b"stats-tube %b\r\n" % each] for each in self.tubes] + [[b"list-tubes\r\n"]],
            lambda: [[b"reserve-job ", self._job(), b"\r\n"],
                     [b"stats-job ", ("held", 0), b"\r\n"]],
        ])()

    def _unit(self):
        unit = self._any_unit()
        while is_blind_spot(unit):
            unit = self._any_unit()
        return unit

    def _any_unit(self):
        draw = self.chance.random()
        if draw < 0.17:
            return self._put()
        if draw < 0.80:
            return self._command()
        if draw < 0.86:
            return self._wrong_put()
        return self._stumble(self._command())

    # Commands as they should be

    def _job(self):
        draw = self.chance.random()
        if draw < 0.45:
            return ("held", self.chance.choice([0, 0, 0, 1, 2]))
        if draw < 0.95:
            return ("job", self.chance.randrange(30))
        return self.chance.choice([b"0", b"999999999", b"18446744073709551615"])

    def _tube(self):
        return self.chance.choice(self.tubes + self.tubes + TUBES)

    def _body(self):
        size = self.chance.choice([0, 1, 2, 5, 5, 30, 100, 1000])
        if self.chance.random() < 0.01:
            size = self.chance.choice([LIMIT - 1, LIMIT])
        elif self.chance.random() < 0.03:
            size = self.chance.choice([221, 222, 223, 224, 225, 226, 4096])
        # Stock stalls at a CR in a line that no LF follows, until its buffer is full. What runs
        # over from a wrong body becomes lines, so there is no such CR in any.
        if self.chance.random() < 0.3:
            body = (b"delete 0\r\nINSERTED 1\r\n\0\xff" * (size // 20 + 1))[:size]
            return body[:-1] + b"." if body.endswith(b"\r") else body
        letters = [b"%c" % letter for letter in b"abcdefghij\n"] + [b"\r\n"]
        body = b"".join(self.chance.choice(letters) for _ in range(min(size, 200)))
        return body[:size].rstrip(b"\r").ljust(size, b".")

    def _delay(self):
        """Seldom the same twice: which of two jobs that are due in one millisecond is first, a
        server whose clock counts milliseconds cannot tell as stock does."""
        far = self.chance.randrange(3_900_000_000, 4_200_000_000, 10)
        return self.chance.choice([0, 0, 0, 0, self._later(), self._later(), far])

    def _later(self):
        return self.chance.randrange(1000, 100_000, 10)

    def _head(self, size):
        return b"put %d %d %d %d" % (
            self.chance.choice(PRIORITIES), self._delay(),
            self.chance.choice(TTRS), size)

    def _put(self):
        body = self._body()
        return [self._head(len(body)) + b"\r\n" + body + b"\r\n"]

    def _command(self):
        pick = self.chance.choice
        verb = pick(VERBS + [b"reserve-with-timeout"] * 6 + [b"release", b"bury", b"delete"] * 2)
        if verb in (b"delete", b"touch", b"peek", b"kick-job", b"stats-job", b"reserve-job"):
            return [verb + b" ", self._job(), b"\r\n"]
        if verb == b"release":
            return [b"release ", self._job(), b" %d %d\r\n" % (pick(PRIORITIES), self._delay())]
        if verb == b"bury":
            return [b"bury ", self._job(), b" %d\r\n" % pick(PRIORITIES)]
        if verb in (b"use", b"watch", b"ignore", b"stats-tube"):
            return [verb + b" " + self._tube() + b"\r\n"]
        if verb == b"pause-tube":
            return [b"pause-tube %b %d\r\n" % (self._tube(), pick([0, 0, 10, 1000, 4294967295]))]
        if verb == b"kick":
            return [b"kick %d\r\n" % pick([0, 1, 2, 3, 100, 4294967295])]
        if verb == b"reserve-with-timeout":
            return [b"reserve-with-timeout " + pick(WAITS) + b"\r\n"]
        if verb == b"put" or (verb == b"quit" and self.chance.random() < 0.7):
            return self._put()
        return [verb + b"\r\n"]

    # Commands as they should not be

    def _wrong_put(self):
        pick = self.chance.choice
        body = self._body()
        numbers = [b"%d" % pick(PRIORITIES), b"%d" % self._delay(), b"%d" % pick(TTRS),
                   b"%d" % len(body)]

        def odd(place):
            numbers[place] = pick(NUMBERS)
            return b"put " + b" ".join(numbers) + b"\r\n" + body + b"\r\n"

        return [pick([
            lambda: self._head(len(body) + pick([1, 2, 3])) + b"\r\n" + body + b"\r\n",
            lambda: self._head(max(0, len(body) - pick([1, 2, 3]))) + b"\r\n" + body + b"\r\n",
            lambda: self._head(len(body)) + b"\r\n" + body + pick([b"\n", b"xx", b"\n\r\n"]),
            lambda: self._head(len(body)) + pick([b" x\r\n", b" \r\n", b"x\r\n"]) + body + b"\r\n",
            lambda: self._head(len(body)) + b"\n" + body + b"\r\n",
            lambda: odd(self.chance.randrange(4)),
            lambda: odd(self.chance.randrange(3)),
            lambda: b"put " + b" ".join(numbers[:self.chance.randrange(4)]) + b"\r\n",
            lambda: self._head(LIMIT + 1) + pick([b"", b" x"]) + b"\r\n"
            + b"z" * (LIMIT + 1) + b"\r\n",
            lambda: self._head(LIMIT + 1) + b"\r\n" + b"z" * (LIMIT + 1) + b"stats\r\n",
        ])()]

    def _stumble(self, unit):
        """One mistake in a command that was right."""
        while unit[0].startswith(b"put"):
            unit = self._command()
        pick = self.chance.choice
        # Without a number stock 1.12 takes this one for 0; 1.13 refuses it, and so do we.
        verb = pick([verb for verb in VERBS[1:-1] if verb != b"reserve-with-timeout"])
        waits = verb.startswith(b"reserve")
        return pick([
            lambda: [verb + pick([b"\r\n", b" \r\n", b"  \r\n"])],
            lambda: [verb + pick([b"foo", b"-foo", b"s", b"\0", b"\t"]) + b"\r\n"],
            lambda: [verb + pick([b"foo 1\r\n", b" 1 2 3 4\r\n", b" default default\r\n"])]
            if not waits else [verb + b"foo\r\n"],
            lambda: [pick([b" ", b"\t", b"\0", b"x", b"\n"]) + verb + b"\r\n"],
            lambda: [verb.upper() + b" 1\r\n"],
            lambda: [verb[:-1] + b"\r\n"],
            lambda: [pick([b"delete ", b"touch ", b"peek ", b"kick-job ", b"stats-job ",
                           b"reserve-job "]) + pick(NUMBERS) + b"\r\n"],
            lambda: [pick([b"kick ", b"pause-tube default ", b"pause-tube two "])
                     + pick(NUMBERS) + b"\r\n"],
            lambda: [pick([b"bury ", b"release "]) + pick(NUMBERS)
                     + pick([b" 0\r\n", b" 0 0\r\n"])],
            lambda: [pick([b"use ", b"watch ", b"ignore ", b"stats-tube ", b"pause-tube "])
                     + pick(BAD_TUBES) + pick([b"\r\n", b" 0\r\n", b" \r\n"])],
            lambda: [b"delete ", self._job(), pick([b" \r\n", b"x\r\n", b" 1\r\n", b"\0\r\n"])],
            lambda: [b"release ", self._job(), b" 0 ", pick(NUMBERS), b"\r\n"],
            lambda: [b"bury ", self._job(), b" ", pick(NUMBERS), b"\r\n"],
            lambda: [b"y" * pick([200, 210, 240, 300, 1000]) + b"\r\n"],
            lambda: [b"use " + b"u" * pick([200, 201, 240, 500]) + b"\r\n"],
            lambda: [pick([b"\r\n", b"\n\r\n", b"\0\r\n", b"\r\n\r\n", b"\xff\xfe\r\n"])],
            lambda: unit[:-1] + [unit[-1].replace(b"\r\n", b"\n"), b"\r\n"],
            lambda: unit[:-1] + [unit[-1].replace(b"\r\n", b" \r\n")],
        ])()
