"""Ports that are free now, found by binding them."""

import random
import socket

# Below the range the kernel hands out to outgoing connections, so that no client takes one
# between the look and the use.
FIRST, LAST = 15_000, 31_000


def _bindable(port):
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def free_port():
    """One free port."""
    return _search([0])


def free_base(nodes=3):
    """A base such that HTTP (+0), beanstalkd (+100) and peers (+200) of every node are free."""
    return _search([family + node for family in (0, 100, 200) for node in range(nodes)])


def _search(offsets):
    for _ in range(200):
        base = random.randrange(FIRST, LAST)
        if all(_bindable(base + offset) for offset in offsets):
            return base
    raise RuntimeError(f"no free ports between {FIRST} and {LAST} after 200 tries")
