#!/usr/bin/env python3
"""Tasks over the HTTP API, with `requests` (https://pypi.org/project/requests/) and nothing else.

    python3 Examples/python/tasks.py http://127.0.0.1:8080

It makes a task once, however often it has to ask; changes it without overwriting what somebody else
wrote; and follows what happens. With users, put a token into TASKRAFT_TOKEN.
"""

import json
import os
import sys
import threading
import time
import uuid

import requests


class Taskraft:
    def __init__(self, base):
        self.base = base.rstrip("/")
        self.session = requests.Session()
        if token := os.environ.get("TASKRAFT_TOKEN"):
            self.session.headers["Authorization"] = f"Bearer {token}"

    def send(self, method, path, **options):
        """A change is sent with a key, and sent again with the same key until there is an answer:
        whatever became of the first try, it is done once. 503 and 504 mean that the cluster is
        electing somebody, or that nobody knows what became of it."""
        headers = {"Idempotency-Key": f'"{uuid.uuid4()}"'} if method != "GET" else {}
        headers |= options.pop("headers", {})
        for _ in range(20):
            try:
                reply = self.session.request(
                    method, self.base + path, headers=headers, timeout=10, **options)
            except requests.ConnectionError:
                time.sleep(0.5)
                continue
            if reply.status_code not in (503, 504):
                return reply
            time.sleep(float(reply.headers.get("Retry-After", 1)))
        raise TimeoutError(f"{method} {path}: no answer")

    def change(self, number, edit):
        """`edit` makes a patch of a task as it is. The ETag says which version it was made for; if
        somebody was faster, the answer is 412 with the task as it is now, and `edit` is asked anew."""
        reply = self.send("GET", f"/v1/tasks/{number}")
        reply.raise_for_status()
        task, etag = reply.json(), reply.headers["ETag"]
        while True:
            reply = self.send("PATCH", f"/v1/tasks/{number}", json=edit(task),
                              headers={"If-Match": etag})
            if reply.status_code != 412:
                reply.raise_for_status()
                return reply.json()
            print(f"somebody was faster: task {number} is at version {reply.json()['current']['version']}")
            task = reply.json()["current"]
            etag = f'"{task["version"]}"'

    def events(self):
        """Yields (name, data), for ever. After a loss it goes on behind the last event it has seen."""
        last = {}
        while True:
            try:
                with self.session.get(f"{self.base}/v1/events", headers=last, stream=True,
                                      timeout=(5, 10)) as reply:
                    reply.raise_for_status()
                    name = ""
                    for line in reply.iter_lines(decode_unicode=True):
                        field, _, value = line.partition(": ")
                        if field == "event":
                            name = value
                        elif field == "id":
                            last = {"Last-Event-ID": value}
                        elif field == "data":
                            yield name, json.loads(value)
            except (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError):
                time.sleep(1)


def follow(client, number, follows, done):
    """Prints what becomes of one task. The first event is the state of the cluster: from then on
    nothing is missed."""
    for name, data in client.events():
        follows.set()
        if name == "task" and data["task"]["id"] == number:
            task = data["task"]
            print(f"event: {data['kind']}, version {task['version']}, labels {task['labels']}")
            if task["status"] == "done":
                return done.set()


def main(base):
    client = Taskraft(base)

    # Twice with one key is once: the second answer is the first one again.
    key = {"Idempotency-Key": f'"{uuid.uuid4()}"'}
    first, second = (client.send("POST", "/v1/tasks", json={"title": "Write a client"}, headers=key)
                     for _ in range(2))
    first.raise_for_status()
    number = first.json()["id"]
    print(f"made task {number}; asked again, the answer is task {second.json()['id']}")

    follows, done = threading.Event(), threading.Event()
    threading.Thread(target=follow, args=(client, number, follows, done), daemon=True).start()
    if not follows.wait(10):
        sys.exit("no event came")

    def label(task):
        # Somebody else changes the task between our read and our write, once.
        if "theirs" not in task["labels"]:
            client.send("PATCH", f"/v1/tasks/{number}", json={"labels": ["theirs"]},
                        headers={"If-Match": "*"}).raise_for_status()
        return {"labels": task["labels"] + ["ours"]}

    print(f"both changes are there: {client.change(number, label)['labels']}")
    client.change(number, lambda task: {"status": "done"})
    if not done.wait(10):
        sys.exit("the last event did not come")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8080")
