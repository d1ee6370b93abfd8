"""A stand-in for the cluster, in memory, that can be told to misbehave.

It is there to show that the oracle finds what it is made to find.
"""

import json
import random
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from harness import Step


class Fake:
    """The task API over a dictionary. Faults: `forget keys`, `lose`, `ignore versions`."""

    def __init__(self, fault=None, trouble=0.1):
        self.fault, self.trouble = fault, trouble
        self.tasks, self.steps, self.keys = {}, [], {}
        self.random = random.Random(7)
        self.lock = threading.Lock()
        handler = type("Handler", (Handler,), {"fake": self})
        self.servers = [ThreadingHTTPServer(("127.0.0.1", 0), handler) for _ in range(3)]
        self.addresses = [f"127.0.0.1:{server.server_port}" for server in self.servers]
        for server in self.servers:
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()

    def stop(self):
        for server in self.servers:
            server.shutdown()
            server.server_close()

    def items(self):
        return [task for task in self.tasks.values() if not task["deleted"]]

    def handle(self, method, path, headers, body):
        """Status, headers and body; None closes the connection without an answer."""
        with self.lock:
            draw = self.random.random()
            if draw < self.trouble / 3:
                return 503, {"Retry-After": "1"}, {"code": "no_quorum"}
            answer = self.carry_out(method, path, headers, body)
            if draw < self.trouble * 2 / 3:
                return 504, {}, {"code": "outcome_unknown"}
            return None if draw < self.trouble else answer

    def carry_out(self, method, path, headers, body):
        key = headers.get("Idempotency-Key")
        if key in self.keys and self.fault != "forget keys":
            status, number = self.keys[key]
            return self.shown(status, number, {"Idempotency-Replayed": "true"})
        if method == "POST":
            number = len(self.tasks) + 1
            self.tasks[number] = dict(body, id=number, version=1, deleted=False)
            self.note(number, "create", {}, body)
            status = 201
        else:
            number = int(path.rsplit("/", 1)[1])
            status = self.existing(method, number, headers, body)
        if method != "GET" and status < 300:
            self.keys[key] = (status, number)
        return self.shown(status, number, {})

    def existing(self, method, number, headers, body):
        task = self.tasks.get(number)
        if task is None or task["deleted"]:
            return 404
        if method == "GET":
            return 200
        stale = headers.get("If-Match") != f'"{task["version"]}"'
        if stale and self.fault != "ignore versions":
            return 412
        before = dict(task)
        task["version"] += 1
        task["deleted"] = method == "DELETE"
        task.update(body or {})
        self.note(number, "delete" if method == "DELETE" else "update", before, body or {})
        return 204 if method == "DELETE" else 200

    def note(self, number, command, before, after):
        if self.fault == "lose" and self.random.random() < 0.02:
            del self.tasks[number]["title"]
            self.tasks[number]["deleted"] = True
            return
        changes = {name: {"before": before.get(name), "after": value}
                   for name, value in after.items() if before.get(name) != value}
        self.steps.append(Step(len(self.steps) + 1, 0, number, command, changes))

    def shown(self, status, number, extra):
        if status in (204, 404):
            return status, extra, None
        task = self.tasks[number]
        body = {"current": task} if status == 412 else task
        return status, dict(extra, ETag=f'"{task["version"]}"'), json.loads(json.dumps(body))


class Handler(BaseHTTPRequestHandler):
    fake = None
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def answer(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        answer = self.fake.handle(self.command, self.path, self.headers, body)
        if answer is None:
            self.close_connection = True
            return
        status, headers, body = answer
        data = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PATCH = do_DELETE = answer

    def log_message(self, *arguments):
        """Says nothing: thousands of requests come."""
