"""Waiting for a condition, never for a guess of how long something takes."""

import time


def poll(condition, timeout, interval=0.1):
    """Asks until the answer is true and returns it, or the last answer once time is up."""
    deadline = time.monotonic() + timeout
    while True:
        answer = condition()
        if answer or time.monotonic() >= deadline:
            return answer
        time.sleep(interval)


def eventually(what, condition, timeout, interval=0.1):
    """Like `poll`, but running out of time is an error that says what was waited for."""
    answer = poll(condition, timeout, interval)
    if not answer:
        raise TimeoutError(f"waited {timeout:g} s in vain: {what}")
    return answer
