"""Makes a script shorter that shows a difference."""

import dataclasses
import time


def shrink(steps, differs, deadline):
    """`differs` plays steps and returns what it found, or None. Returns the shortest script that
    was found in time, with its result."""
    best, result = steps, differs(steps)
    if result is None:
        return steps, None
    # Nothing after the step that differed matters.
    short = best[:len(result[1])]
    found = differs(short)
    if found:
        best, result = short, found
    for smaller in (_fewer_steps, _fewer_units, _plainer):
        best, result = _apply(smaller, best, result, differs, deadline)
    return best, result


def _apply(smaller, best, result, differs, deadline):
    again = True
    while again:
        again = False
        for candidate in smaller(best):
            if time.monotonic() > deadline:
                return best, result
            found = differs(candidate)
            if found:
                best, result, again = candidate, found, True
                break
    return best, result


def _fewer_steps(steps):
    length = max(1, len(steps) // 2)
    while True:
        for begin in range(0, len(steps), length):
            if length < len(steps):
                yield steps[:begin] + steps[begin + length:]
        if length == 1:
            return
        length //= 2


def _fewer_units(steps):
    for place, step in enumerate(steps):
        for unit in range(len(step.units)) if len(step.units) > 1 else ():
            units = step.units[:unit] + step.units[unit + 1:]
            yield _with(steps, place, dataclasses.replace(step, units=units))


def _plainer(steps):
    for place, step in enumerate(steps):
        if step.cuts:
            yield _with(steps, place, dataclasses.replace(step, cuts=[]))


def _with(steps, place, step):
    return steps[:place] + [step] + steps[place + 1:]
