"""The levers of a cluster that `taskraft local` runs, pulled over HTTP as its page pulls them."""

from .client import Client, ConnectionLost
from .waiting import eventually

PATH = "/v1/cluster/levers"


class Levers:
    """`local` is a running `Local`. Any node takes an order; one that answers is asked."""

    def __init__(self, local):
        self.local = local
        # A start is answered when the node is up.
        self.client = Client(timeout=40)

    def kill(self, node):
        return self.pull("kill", node=node)

    def start(self, node):
        return self.pull("start", node=node)

    def pause(self, node, seconds=None):
        return self.pull("pause", node=node, **({"seconds": seconds} if seconds else {}))

    def resume(self, node):
        return self.pull("continue", node=node)

    def cut(self, one, other, one_way=False):
        """Nothing passes from one to the other; nor back, unless `one_way`."""
        return self.pull("cut", **{"from": one, "to": other, "one_way": one_way})

    def slow(self, one, other, milliseconds, one_way=False):
        return self.pull("slow", **{"from": one, "to": other, "one_way": one_way,
                                    "delay_ms": milliseconds})

    def isolate(self, node):
        """Cuts all links of a node; it still answers its clients."""
        for other in range(1, self.local.nodes + 1):
            if other != node:
                self.cut(node, other)

    def heal(self):
        return self.pull("heal")

    def transfer(self, to=None):
        """Moves leadership; returns who leads then."""
        body = {"to": to} if to else {}
        reply = eventually("leadership moves", lambda: self._ask(
            "POST", "/v1/cluster/transfer", body, {200}), 10)
        return reply["leader"]

    def state(self):
        """How processes and links stand."""
        return self._ask("GET", PATH, None, {200})

    def pull(self, lever, **more):
        reply = self._ask("POST", PATH, {"lever": lever, **more}, {200})
        if reply is None:
            raise RuntimeError(f"no node takes the order {lever} {more}")
        return reply

    def _ask(self, method, path, body, wanted):
        """The first proper answer of any node; None without one."""
        for number in self._order(body):
            try:
                reply = self.client.request(self.local.http(number), method, path, body)
            except ConnectionLost:
                continue
            if reply.status in wanted:
                return reply.json()
        return None

    def _order(self, body):
        """A node that is about to be killed or paused is asked last: it may not answer any more."""
        numbers = list(range(1, self.local.nodes + 1))
        target = (body or {}).get("node")
        return sorted(numbers, key=lambda number: number == target)
