"""Answers as the protocol frames them, and what two right servers may say differently."""

WITH_BODY = (b"RESERVED", b"FOUND", b"OK")


class Answers:
    """Cuts what a server sent into answers: pairs of a line and a body, which may be None."""

    def __init__(self):
        self.buffer = b""

    def feed(self, data):
        self.buffer += data
        found = []
        while True:
            end = self.buffer.find(b"\r\n")
            if end < 0:
                return found
            line, rest = self.buffer[:end], end + 2
            words = line.split(b" ")
            body = None
            if words[0] in WITH_BODY and len(words) > 1 and words[-1].isdigit():
                length = int(words[-1])
                if len(self.buffer) < rest + length + 2:
                    return found
                body = self.buffer[rest:rest + length]
                if self.buffer[rest + length:rest + length + 2] != b"\r\n":
                    body += b" (no CR LF after it)"
                rest += length + 2
            found.append((line, body))
            self.buffer = self.buffer[rest:]


# What may differ between two right servers, and why.
UNLIKE = {
    # Who and where a process is.
    b"id", b"pid", b"hostname", b"version",
    # What it has used of the machine, and for how long.
    b"uptime", b"rusage-utime", b"rusage-stime",
    # The test's own looks at either server are as many as it has to wait.
    b"cmd-stats", b"cmd-list-tube-used",
}
# 1.13 puts quotes around these; 1.12, which Debian has, only around the version.
QUOTED = {b"name", b"tube", b"version", b"hostname", b"os", b"platform"}
# Seconds that pass while a script runs; scripts use multiples of ten, far from zero.
SECONDS = {b"age", b"time-left", b"pause-time-left"}


class Names:
    """The jobs of one script on one server, by the order in which they were inserted.

    A server may leave gaps: stock numbers a job before it has read the body, and the number is
    gone when the body turns out to be wrong.
    """

    def __init__(self):
        self.inserted = []
        self.numbers = {}
        self.before = 0

    def begin_step(self):
        self.before = len(self.inserted)

    def restart_step(self):
        """Forgets what the step inserted so far, to number it again with what has come since."""
        for number in self.inserted[self.before:]:
            del self.numbers[number]
        del self.inserted[self.before:]

    def note(self, answer):
        words = answer[0].split(b" ")
        if words[0] == b"INSERTED" and len(words) == 2 and words[1].isdigit():
            self.numbers[int(words[1])] = len(self.inserted)
            self.inserted.append(int(words[1]))

    def name(self, number):
        place = self.numbers.get(number)
        return b"#%d" % place if place is not None else b"#unknown"


def normal(answer, names):
    """The answer without what may differ."""
    line, body = answer
    words = line.split(b" ")
    if words[0] in (b"INSERTED", b"RESERVED", b"FOUND") and len(words) > 1:
        number = int(words[1]) if words[1].isdigit() else -1
        return b" ".join([words[0], names.name(number), *words[2:]]), body
    if words[0] == b"OK" and body is not None and body.startswith(b"---\n"):
        # Its length follows the quotes and numbers; the frame has checked it already.
        return b"OK", _document(body, names)
    return line, body


def _document(body, names):
    if not body.endswith(b"\n"):
        return body
    lines = body[4:-1].split(b"\n") if body != b"---\n" else []
    if all(line.startswith(b"- ") for line in lines):
        # Stock fills the hole of a tube that is gone with the last one.
        return b"---\n" + b"\n".join(sorted(lines)) + b"\n"
    job = any(line.startswith(b"state: ") for line in lines)
    return b"---\n" + b"\n".join(_field(line, job, names) for line in lines) + b"\n"


def _field(line, job, names):
    key, colon, value = line.partition(b": ")
    if not colon:
        return line
    if key in QUOTED and len(value) > 1 and value[:1] == value[-1:] == b'"':
        value = value[1:-1]
    if key == b"id" and job:
        value = names.name(int(value)) if value.isdigit() else value
    elif key in UNLIKE:
        value = b"~"
    elif key in SECONDS and value.isdigit():
        value = b"%d" % (round(int(value) / 10) * 10)
    return key + b": " + value
