"""Plays a script on a server, and says what each connection heard after each step.

The first server sets the pace: it runs in one thread and takes turns between its connections, so
that a few questions on a connection of the test's own come back only after it has said all that a
step makes it say. The second server may answer later: it is given time until it has said as much.
"""

import select
import socket
import struct
import time

from .answers import UNLIKE, Answers, Names, normal
from .framing import LINE, Framing
from .script import may_wait

PATIENCE = 10.0


class Ambiguous(Exception):
    """Two connections wait at once: stock serves them in an order that follows from its array."""


class Heard:
    """What was heard in one step: by connection, the answers, and whether it was closed."""

    def __init__(self):
        self.raw = {}
        self.answers = {}
        self.closed = set()
        self.state = None
        # What of the step's units was sent.
        self.units = []
        # Whether the next script may find something that this one left.
        self.leaves = False

    def __eq__(self, other):
        return (self.answers, self.closed, self.state) == (
            other.answers, other.closed, other.state)

    def lines(self):
        found = []
        for connection in sorted(set(self.answers) | self.closed):
            found += [f"{connection}: {text(answer)}" for answer in
                      self.answers.get(connection, [])]
            found += [f"{connection}: (closed)"] * (connection in self.closed)
        if self.state is not None:
            found.append("state: " + b", ".join(
                key[8:] + b" " + value for key, value in self.state
                if key.startswith(b"current-") and value != b"0").decode())
        return found


def text(answer):
    line, body = answer
    if body is None:
        return repr(line)[2:-1]
    shown = repr(body)[2:-1] if len(body) < 2000 else f"{body[:30]!r}... of {len(body)} bytes"
    return f"{line.decode('latin-1')} [{shown}]"


class Connection:
    def __init__(self, address):
        self.socket = socket.create_connection(address, 5)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # Python would wait for a socket with a time limit even where it is told not to.
        self.socket.settimeout(None)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", 5, 0))
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 5, 0))
        self.stream = Answers()
        self.framing = Framing()
        self.held = []
        self.closed = False
        # Answers that were asked for and that came: behind a wait there may be more to come.
        self.due = self.got = 0
        # Whether it has said `quit`, which may still be unread behind a wait.
        self.ends = False

    def has_more(self):
        """Whether something is unread behind what it waits for."""
        return self.due > self.got + 1

    def receive(self):
        """What has come so far, without waiting."""
        found = []
        while not self.closed:
            try:
                data = self.socket.recv(1 << 18, socket.MSG_DONTWAIT)
            except BlockingIOError:
                break
            except ConnectionError:
                data = b""
            if not data:
                self.closed = True
            found += self.stream.feed(data)
        self.got += len(found)
        for line, _ in found:
            words = line.split(b" ")
            if words[0] == b"RESERVED" and words[1].isdigit():
                self.held.insert(0, words[1])
        return found


class Player:
    """One server, and the connection by which the test asks how far it is."""

    def __init__(self, address, control=None):
        self.address = address
        self.control = Connection(control or address)
        self.connections = {}
        # Who waits for a job, and how many bytes may be unread behind such a wait.
        self.waiting = frozenset()
        self.behind = 0
        # Once it has answered, the test's own connection is counted wherever others look.
        self._settle(1)

    def close(self):
        self.control.socket.close()

    # Playing

    def play(self, steps, guide=None):
        """What was heard, step by step; with `guide` it ends at the first difference."""
        self.names = Names()
        self.connections = {}
        heard = []
        try:
            for number, step in enumerate(steps):
                heard.append(self._step(step, guide[number] if guide else None))
                if guide and heard[-1] != guide[number]:
                    return heard
        finally:
            end = self._clean_up(guide[-1] if guide and len(guide) > len(steps) else None)
        return heard + [end]

    def _step(self, step, expected):
        heard = Heard()
        self.names.begin_step()
        if expected is None and self._collect(heard, step.connection):
            raise RuntimeError(f"late answers before {step.shown()}: {heard.raw}")
        connection = self._connection(step.connection)
        heard.units = expected.units if expected else self._clear_part(step, connection)
        if heard.units is None:
            return heard
        if step.kind == "close":
            self.connections.pop(step.connection).socket.close()
        elif connection.closed:
            # The server closed it: the next step of this name is a new one.
            connection.socket.close()
            self.connections.pop(step.connection)
            connection = self._connection(step.connection)
        if step.kind == "half-close":
            connection.socket.shutdown(socket.SHUT_WR)
        size, due = 0, None
        if step.kind == "send":
            size, due = self._send(connection, step, heard.units)
        if expected is None:
            self._listen(heard, step, size, due)
        else:
            self._await(heard, expected, step.connection)
        if step.kind == "half-close":
            self.connections.pop(step.connection, connection).socket.close()
        return heard

    def _connection(self, name):
        if name not in self.connections:
            self.connections[name] = Connection(self.address)
            # Once it has answered, it is counted: a server of several threads may answer others first.
            self._question(self.connections[name], b"\r\n", b"UNKNOWN_COMMAND\r\n")
        return self.connections[name]

    def _clear_part(self, step, connection):
        """What of the step has one right answer on stock; None when that is nothing.

        A connection that waits, or has said `quit`, is seldom sent more: it would be read later.
        Beside one that waits no other may wait, see Ambiguous; and it is sent one command alone,
        because what follows one that ends the wait runs side by side with what the woken one sent
        behind its wait. Nor does it kick, or end while it holds jobs: of several that become ready
        stock gives the one that waits the first, and not the most urgent. Nor is a connection
        closed that has sent more behind its wait: whether that is carried out hangs on chance.
        """
        waits = step.connection in self.waiting
        another = bool(self.waiting - {step.connection})
        if step.kind != "send":
            return None if waits and connection.has_more() or another and connection.held else []
        if connection.ends or (waits and not step.behind):
            return None
        if another:
            return [unit for unit in step.units if not may_wait(unit)
                    and not unit[0].startswith((b"kick ", b"quit"))][:1] or None
        return step.units

    def _note_waiters(self, heard, step):
        count = int(dict(heard.state)[b"current-waiting"])
        if count > 1:
            raise Ambiguous
        if not count:
            self.waiting = frozenset()
        elif not self.waiting:
            self.waiting = frozenset({step.connection})

    def _send(self, connection, step, units):
        whole = b"".join(self._resolved(part, connection) for unit in units for part in unit)
        connection.ends = connection.ends or any(unit[0].startswith(b"quit") for unit in units)
        due = connection.framing.feed(whole)
        connection.due += due
        places = [0] + sorted(int(cut * len(whole)) for cut in step.cuts) + [len(whole)]
        for begin, end in zip(places, places[1:]):
            try:
                connection.socket.sendall(whole[begin:end])
            except OSError:
                break
            if end < len(whole):
                self._settle(2)
        return len(whole), None if connection.ends or any(map(may_wait, units)) else due

    def _resolved(self, part, connection):
        if isinstance(part, bytes):
            return part
        kind, place = part
        if kind == "held" and connection.held:
            return connection.held[place % len(connection.held)]
        jobs = self.names.inserted
        return b"%d" % jobs[place % len(jobs)] if jobs else b"999999999"

    # Listening

    def _listen(self, heard, step, size, due):
        """Until the first server has said all that the step makes it say.

        `due` is how many answers there will be, unless something waits or is closed.
        """
        connection = self.connections.get(step.connection)
        if due is not None and not self.waiting:
            began = connection.got
            while connection.got - began < due and not connection.closed:
                if not select.select([connection.socket], [], [], 0.03)[0]:
                    break
                self._collect(heard, step.connection)
            if connection.got - began == due and not connection.framing.is_within():
                return
        # A turn is a command, or as much of what was sent as stock reads at once.
        self._settle(3 + len(step.units) + size // LINE)
        while self._collect(heard, step.connection):
            woke = self.waiting & set(heard.raw)
            self._settle(3 + (self.behind // LINE if woke else 0))
        heard.state = self._state()
        self._note_waiters(heard, step)
        self.behind = self.behind + size if self.waiting else 0

    def _ask(self, command):
        self.control.socket.sendall(command + b"\r\n")
        found = []
        while not found:
            if not select.select([self.control.socket], [], [], PATIENCE)[0]:
                raise TimeoutError(f"no answer to {command.decode()} within {PATIENCE:g} s")
            found = self.control.receive()
            if self.control.closed:
                raise ConnectionError("the server closed the connection of the test itself")
        return found[0]

    def _settle(self, rounds):
        """Questions one after another: in each, every other connection gets a turn, too."""
        for _ in range(rounds):
            self._question(self.control, b"list-tube-used\r\n", b"USING default\r\n")

    def _question(self, connection, text, answer):
        """One that always has the same answer."""
        connection.socket.sendall(text)
        try:
            said = connection.socket.recv(64)
        except BlockingIOError:
            raise TimeoutError(f"no answer to {text!r}") from None
        if said != answer:
            raise ConnectionError(f"{text!r} was answered with {said!r}")

    def _state(self):
        """What `stats` says: what a step without an answer did shows there."""
        _, body = self._ask(b"stats")
        lines = (body or b"").split(b"\n")
        fields = [line.split(b": ", 1) for line in lines if b": " in line]
        return [(key, value.strip(b'"')) for key, value in fields if key not in UNLIKE]

    def _collect(self, heard, speaker):
        """Adds what has come; returns whether anything has."""
        news = False
        for name, connection in self.connections.items():
            was_closed = connection.closed
            answers = connection.receive()
            if answers:
                heard.raw.setdefault(name, []).extend(answers)
            if connection.closed and not was_closed:
                heard.closed.add(name)
            news = news or bool(answers) or connection.closed != was_closed
        if news:
            self._name(heard, speaker)
        return news

    def _name(self, heard, speaker):
        """Numbers the jobs of this step: first those of the connection that spoke, because what
        others hear of them may arrive earlier."""
        order = sorted(heard.raw, key=lambda name: (name != speaker, name))
        self.names.restart_step()
        for name in order:
            for answer in heard.raw[name]:
                self.names.note(answer)
        for name in order:
            heard.answers[name] = [normal(answer, self.names) for answer in heard.raw[name]]

    def _await(self, heard, expected, speaker):
        deadline = time.monotonic() + PATIENCE
        while True:
            self._collect(heard, speaker)
            if self._enough(heard, expected):
                break
            left = deadline - time.monotonic()
            if left <= 0:
                break
            open_ones = [each.socket for each in self.connections.values() if not each.closed]
            select.select(open_ones, [], [], min(left, 0.5))
        if expected.state is not None:
            heard.state = self._state()
            while heard.state != expected.state and time.monotonic() < deadline:
                time.sleep(0.002)
                heard.state = self._state()
            self._collect(heard, speaker)

    @staticmethod
    def _enough(heard, expected):
        for name, answers in expected.answers.items():
            mine = heard.answers.get(name, [])
            if len(mine) >= len(answers):
                continue
            if mine == answers[:len(mine)]:
                return False
        return heard.closed >= expected.closed

    # Ending

    def _clean_up(self, expected):
        """Closes everything and deletes what the script left, so that the next finds nothing.

        `leaves` says that it may find something all the same.
        """
        heard = Heard()
        heard.leaves = any(self.connections[name].has_more()
                           for name in self.waiting if name in self.connections)
        # Those that wait go first: else they would be given what the others leave.
        heard.units = expected.units if expected else sorted(self.waiting)
        for name in heard.units:
            if name in self.connections:
                self.connections.pop(name).socket.close()
        if heard.units and expected:
            self._until(lambda state: state.get(b"current-waiting") == b"0")
        elif heard.units:
            self._settle(8)
        for connection in self.connections.values():
            connection.socket.close()
        self.connections = {}
        self.waiting, self.behind = frozenset(), 0
        if expected.leaves if expected else heard.leaves:
            heard.leaves = True
            return heard
        if expected is None:
            self._settle(8)
        else:
            self._until(lambda state: state.get(b"current-connections") == b"1"
                        and state.get(b"current-jobs-reserved", b"0") == b"0")
        for number in self.names.inserted:
            self._ask(b"delete %d" % number)
        self._ask(b"pause-tube default 0")
        heard.state = self._state()
        values = dict(heard.state)
        if values.get(b"current-tubes", b"1") != b"1" or values[b"current-connections"] != b"1":
            heard.leaves = True
        return heard

    def _until(self, holds):
        deadline = time.monotonic() + PATIENCE
        while not holds(dict(self._state())) and time.monotonic() < deadline:
            time.sleep(0.002)
