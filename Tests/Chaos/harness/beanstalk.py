"""A small client of the beanstalkd protocol, and the same jobs through HTTP."""

import base64
import select
import socket
import time

from .client import Client, ConnectionLost


class Lines:
    """One connection, to be used by one thread. An answer is its words and its body."""

    def __init__(self, address, timeout=12.0):
        host, port = address.rsplit(":", 1)
        try:
            self.socket = socket.create_connection((host, int(port)), 3)
        except OSError as cause:
            raise ConnectionLost(cause) from None
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.settimeout(timeout)
        self.buffer = b""

    def call(self, line, body=None):
        self.send(line, body)
        return self.read()

    def send(self, line, body=None):
        data = line.encode() + b"\r\n"
        if body is not None:
            data += body + b"\r\n"
        try:
            self.socket.sendall(data)
        except OSError as cause:
            raise ConnectionLost(cause) from None

    def read(self):
        while b"\r\n" not in self.buffer:
            self._more()
        line, _, self.buffer = self.buffer.partition(b"\r\n")
        words = line.decode().split(" ")
        if words[0] not in ("RESERVED", "FOUND", "OK"):
            return words, None
        size = int(words[-1]) + 2
        while len(self.buffer) < size:
            self._more()
        body, self.buffer = self.buffer[:size - 2], self.buffer[size:]
        return words, body

    def _more(self):
        try:
            data = self.socket.recv(1 << 16)
        except OSError as cause:
            raise ConnectionLost(cause) from None
        if not data:
            raise ConnectionLost(ConnectionResetError("closed by the server"))
        self.buffer += data

    def rests(self, seconds):
        """Lets time pass; ends early, with False, when the server closes the connection."""
        readable, _, _ = select.select([self.socket], [], [], seconds)
        return not readable

    def close(self):
        self.socket.close()


class BeanstalkDoor:
    """Jobs as programs for beanstalkd see them. A lease ends with its connection."""

    attached = True
    # A put whose answer is lost may have happened, and is not the same put when sent again.
    repeatable = False

    def __init__(self, node, queue, ttr):
        self.lines = Lines(node.beanstalk)
        self.ttr = ttr
        self.queue = queue
        for line in (f"use {queue}", f"watch {queue}", "ignore default"):
            self.lines.call(line)

    def put(self, token):
        """The job's number, or a refusal, which promises that nothing has happened."""
        body = token.encode()
        words, _ = self.lines.call(f"put 100 0 {self.ttr} {len(body)}", body)
        return int(words[1]) if words[0] == "INSERTED" else " ".join(words)

    def reserve(self, seconds):
        """A job and its body; None when there was none. A third value stands for the lease."""
        words, body = self.lines.call(f"reserve-with-timeout {seconds}")
        if words[0] == "RESERVED":
            return int(words[1]), body.decode(), None
        if words[0] in ("TIMED_OUT", "DEADLINE_SOON"):
            return None
        raise ConnectionLost(RuntimeError(f"reserve answered {words}"))

    def finish(self, job, lease):
        return self._is("DELETED", f"delete {job}")

    def release(self, job, lease):
        return self._is("RELEASED", f"release {job} 100 0")

    def bury(self, job, lease):
        return self._is("BURIED", f"bury {job} 100")

    def touch(self, job, lease):
        return self._is("TOUCHED", f"touch {job}")

    def kick(self, job):
        return self._is("KICKED", f"kick-job {job}")

    def _is(self, wanted, line):
        """Whether it was done; False when the job is not, or no longer, held."""
        words, _ = self.lines.call(line)
        if words[0] not in (wanted, "NOT_FOUND"):
            raise ConnectionLost(RuntimeError(f"{line} answered {words}"))
        return words[0] == wanted

    def rests(self, seconds):
        return self.lines.rests(seconds)

    def left(self):
        """How many jobs the queue has, by state; empty when there is no such queue."""
        _, body = self.lines.call(f"stats-tube {self.queue}")
        found = {}
        for line in (body or b"").decode().splitlines():
            key, _, value = line.partition(": ")
            if key.startswith("current-jobs-") and key != "current-jobs-urgent" and int(value):
                found[key[13:]] = int(value)
        return found

    def close(self):
        self.lines.close()


class HTTPDoor:
    """Jobs through HTTP. A lease is a token, and ends by time alone."""

    attached = False
    # A put is sent again with its key until it is answered: it happens once.
    repeatable = True

    def __init__(self, node, queue, ttr):
        self.address = node.http
        self.queue, self.ttr = queue, ttr
        self.client = Client(timeout=8)
        self.client.get(self.address, "/livez")

    def _post(self, path, body, key=None):
        headers = {"Idempotency-Key": f'"{key}"'} if key else None
        return self.client.request(self.address, "POST", path, body, headers)

    def put(self, token):
        body = base64.b64encode(token.encode()).decode()
        reply = self._post(f"/v1/queues/{self.queue}/jobs",
                           {"body_base64": body, "ttr": self.ttr, "priority": 100}, token)
        if reply.status in (200, 201):
            return reply.json()["id"]
        if reply.status == 504:
            raise ConnectionLost(TimeoutError("outcome unknown"))
        return f"{reply.status}"

    def reserve(self, seconds):
        reply = self._post(f"/v1/queues/{self.queue}/reserve", {"wait": f"{seconds}s"})
        if reply.status != 200:
            raise ConnectionLost(RuntimeError(f"reserve answered {reply}"))
        items = reply.json()["items"]
        if not items:
            return None
        text = items[0].get("body")
        if text is None:
            text = base64.b64decode(items[0]["body_base64"]).decode()
        return items[0]["id"], text, items[0]["lease"]

    def finish(self, job, lease):
        return self._did(f"/v1/jobs/{job}/complete", {"lease": lease})

    def release(self, job, lease):
        return self._did(f"/v1/jobs/{job}/release", {"lease": lease})

    def bury(self, job, lease):
        return self._did(f"/v1/jobs/{job}/bury", {"lease": lease})

    def touch(self, job, lease):
        return self._did(f"/v1/jobs/{job}/touch", {"lease": lease})

    def kick(self, job):
        return self._did(f"/v1/jobs/{job}/kick", None)

    def _did(self, path, body):
        reply = self._post(path, body)
        if reply.status in (200, 204):
            return True
        if reply.status in (404, 409):
            return False
        raise ConnectionLost(RuntimeError(f"{path} answered {reply}"))

    def rests(self, seconds):
        time.sleep(seconds)
        return True

    def left(self):
        reply = self.client.get(self.address, f"/v1/queues/{self.queue}")
        if reply.status == 404:
            return {}
        if reply.status != 200:
            raise ConnectionLost(RuntimeError(f"the queue answered {reply}"))
        queue = reply.json()
        return {state: queue[state] for state in ("ready", "delayed", "reserved", "buried")
                if queue[state]}

    def close(self):
        self.client.close()
