"""How many answers what was sent will get, as long as nothing waits."""

import re

LINE = 224
LIMIT = 65535
PUT = re.compile(rb"put +(\d+) +(\d+) +(\d+) +(\d+)(.*)", re.DOTALL)


class Framing:
    """Follows lines and bodies on one connection.

    It spares the test most of its questions; where it is wrong, the test asks after all.
    """

    def __init__(self):
        self.buffer = b""
        self.body = 0

    def feed(self, data):
        """The number of answers that the data completes."""
        self.buffer += data
        answers = 0
        while True:
            if self.body:
                if len(self.buffer) < self.body:
                    return answers
                self.buffer, self.body = self.buffer[self.body:], 0
                answers += 1
            line, end, rest = self.buffer.partition(b"\r\n")
            if not end:
                return answers
            self.buffer = rest
            self.body = self._body(line)
            answers += not self.body

    def is_within(self):
        """Whether a line or a body has begun and not ended."""
        return bool(self.buffer or self.body)

    @staticmethod
    def _body(line):
        """How many bytes follow the line, its end included; 0 when it is answered as it is."""
        found = PUT.fullmatch(line)
        if found is None or len(line) + 2 > LINE or b"\0" in line:
            return 0
        if any(int(number) >= 1 << 32 for number in found.groups()[:4]):
            return 0
        size = int(found[4])
        return 0 if found[5] and size <= LIMIT else size + 2
