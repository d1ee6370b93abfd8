#!/usr/bin/env python3
"""Does with a Python client what clients.py asks: `python_client.py greenstalk|aiostalk|pystalk`.

A line of JSON in, a line of JSON out; bodies in base64. The words of refusals are the protocol's.
"""

import asyncio
import base64
import json
import re
import sys


class Greenstalk:
    """greenstalk, and aiostalk, which has the same methods to be awaited."""

    def __init__(self, host, port):
        import greenstalk
        self.module = greenstalk
        self.client = greenstalk.Client((host, port), encoding=None)

    def wait(self, result):
        return result

    def job(self, number):
        return self.module.Job(number, b"")

    def call(self, name, *arguments):
        method = {"pause": "pause_tube"}.get(name, name)
        if name in ("release", "bury", "touch"):
            arguments = (self.job(arguments[0]), *arguments[1:])
        result = self.wait(getattr(self.client, method)(*arguments))
        return (result.id, result.body) if isinstance(result, self.module.Job) else result

    def close(self):
        self.wait(self.client.close())

    @staticmethod
    def word(problem):
        """NotFoundError: NOT_FOUND"""
        name = type(problem).__name__.removesuffix("Error")
        return re.sub(r"(?<!^)(?=[A-Z])", "_", name).upper()


class Aiostalk(Greenstalk):
    def __init__(self, host, port):
        import aiostalk
        self.module = aiostalk
        self.loop = asyncio.new_event_loop()
        self.client = aiostalk.Client((host, port), encoding=None)
        self.wait(self.client.connect())

    def wait(self, result):
        return self.loop.run_until_complete(result)

    def call(self, name, *arguments):
        if name == "kick_job":
            raise NotImplementedError  # 1.3.1 never sends it.
        return super().call(name, *arguments)


class Pystalk:
    NAMES = {"delete": "delete_job", "bury": "bury_job", "release": "release_job",
             "tubes": "list_tubes", "pause": "pause_tube", "kick": "kick_jobs",
             "reserve": "reserve_job"}

    def __init__(self, host, port):
        import pystalk
        self.client = pystalk.BeanstalkClient(host, port)
        self.client.initial_watch = False  # Else the first `watch` ignores the default tube.

    def call(self, name, *arguments):
        if name == "put":
            return self.client.put_job(*arguments)[1]
        if name == "reserve" and arguments == (None,):
            raise NotImplementedError
        if name == "ignore" and arguments[0] not in self.client.watchlist:
            raise NotImplementedError
        if name == "reserve_job" or not hasattr(self.client, self.NAMES.get(name, name)):
            raise NotImplementedError
        if name == "using":
            raise NotImplementedError
        result = getattr(self.client, self.NAMES.get(name, name))(*arguments)
        if name == "kick":
            return result[1]
        return (result.job_id, result.job_data) if hasattr(result, "job_id") else result

    def close(self):
        self.client.close()

    @staticmethod
    def word(problem):
        return getattr(problem, "message", str(problem))


KINDS = {"greenstalk": Greenstalk, "aiostalk": Aiostalk, "pystalk": Pystalk}


def plain(value):
    if isinstance(value, tuple):
        return {"id": value[0], "body": base64.b64encode(value[1]).decode()}
    if isinstance(value, bytes):
        return value.decode("latin-1")
    return value


def main(kind):
    client = None
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        try:
            if name == "open":
                client, answer = KINDS[kind](*arguments), None
            elif name == "close":
                answer = client.close()
            else:
                if name == "put":
                    arguments[0] = base64.b64decode(arguments[0])
                answer = plain(client.call(name, *arguments))
            reply = {"ok": answer}
        except NotImplementedError:
            reply = {"missing": name}
        except Exception as problem:
            reply = {"refused": client.word(problem) if client else repr(problem)}
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
