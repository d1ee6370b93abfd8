"""A small HTTP client: one keep-alive connection per address, owned by one thread."""

import http.client
import json
import time


class ConnectionLost(Exception):
    """No answer came: refused, reset, closed half-way, or none within the time allowed."""

    def __init__(self, cause):
        super().__init__(f"{type(cause).__name__}: {cause}")
        self.timed_out = isinstance(cause, TimeoutError)


class Reply:
    def __init__(self, status, headers, body, seconds):
        self.status = status
        self.headers = headers
        self.body = body
        self.seconds = seconds
        # Whether the request was sent twice, on the old connection and on a new one.
        self.resent = False

    def json(self):
        return json.loads(self.body)

    @property
    def is_problem(self):
        return self.headers.get("Content-Type", "").startswith("application/problem+json")

    def __repr__(self):
        return f"{self.status} {self.body[:200]!r}"


class Client:
    """Not to be shared between threads."""

    # Every answer is promised within about two seconds; longer than this is no answer.
    TIMEOUT = 6.0

    def __init__(self, timeout=TIMEOUT):
        self.timeout = timeout
        self.token = None  # shown with every request, where there are users
        self._connections = {}

    def get(self, address, path, headers=None):
        return self.request(address, "GET", path, headers=headers)

    def request(self, address, method, path, body=None, headers=None):
        """One request; a kept connection the server closed meanwhile is replaced once.

        Sending again is safe here: reads change nothing, and every write carries a key.
        """
        reused = address in self._connections
        began = time.monotonic()
        try:
            return self._exchange(address, method, path, body, headers, began)
        except (ConnectionResetError, BrokenPipeError) as cause:
            # http.client.RemoteDisconnected is a ConnectionResetError.
            if not reused:
                raise ConnectionLost(cause) from None
        except (OSError, http.client.HTTPException) as cause:
            raise ConnectionLost(cause) from None
        try:
            reply = self._exchange(address, method, path, body, headers, began)
        except (OSError, http.client.HTTPException) as cause:
            raise ConnectionLost(cause) from None
        reply.resent = True
        return reply

    def close(self):
        for connection in self._connections.values():
            connection.close()
        self._connections.clear()

    def _exchange(self, address, method, path, body, headers, began):
        connection = self._connections.pop(address, None)
        if connection is None:
            host, port = address.rsplit(":", 1)
            connection = http.client.HTTPConnection(host, int(port), timeout=self.timeout)
        headers = dict(headers or {})
        if self.token:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        content = None
        if body is not None:
            content = json.dumps(body, ensure_ascii=False).encode()
            headers.setdefault("Content-Type", "application/json")
        try:
            connection.request(method, path, content, headers)
            response = connection.getresponse()
            data = response.read()
        except BaseException:
            connection.close()
            raise
        if response.will_close:
            connection.close()
        else:
            self._connections[address] = connection
        return Reply(response.status, response.headers, data, time.monotonic() - began)
