#!/usr/bin/env python3
"""Prints Docs/Conformance.md with the tests of each line, and what is open.

Fails if a line that says "tested" has no test, if a test bears an ID that no line has, if something
named there does not exist, if a line is missing, or if a source of Raft is over its size.
"""

import re
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "Docs/Conformance.md"
STATES = ("tested", "by shape", "open")
# How many lines each letter has; D among the rules is one line without a number.
RULES = {"E": 14, "R": 11, "S": 8, "M": 10, "T": 1, "L": 5}
BUGS = {"V": 9, "C": 11, "L": 4, "M": 13, "S": 9, "D": 7, "X": 7}
FILE_LINES, FUNCTION_LINES = 400, 70

ID = r"(?:bug )?[A-Z]\d*"
HEAD = re.compile(rf"^({ID}(?:, {ID})*): ")
ROW = re.compile(rf"^\| ({ID}) \| (.+?) \| (.+?) \| *(.*?) *\|$")
TEST = re.compile(r'@Test(?:\(\s*"([^"]+)"|.*?\bfunc (?:`([^`]+)`|(\w+)))', re.DOTALL)
REFERENCE = re.compile(r'test "([^"]+)"|mutation `(\w+)`|chaos `([\w.]+)`')

problems = []


def expected():
    for letters, prefix in ((RULES, ""), (BUGS, "bug ")):
        for letter, count in letters.items():
            yield from (f"{prefix}{letter}{number}" for number in range(1, count + 1))
    yield "D"


def read_page():
    """The lines by ID, in order, and the title each stands under."""
    lines, title = {}, ""
    for text in PAGE.read_text(encoding="utf-8").splitlines():
        if text.startswith("## "):
            title = text[3:]
        row = ROW.match(text)
        if not row:
            continue
        name, rule, state, remark = row.groups()
        if name in lines:
            problems.append(f"{name} is there twice")
        if state not in STATES:
            problems.append(f"{name}: there is no state \"{state}\"")
        if state != "tested" and not remark:
            problems.append(f"{name} is {state}, and does not say why")
        lines[name] = (title, rule, state, remark)
    for name in expected():
        if name not in lines:
            problems.append(f"{name} is missing in {PAGE.relative_to(ROOT)}")
    return lines


def find_tests():
    """The names of all Swift tests, and by ID where the tests are that bear it."""
    names, bearers = set(), defaultdict(list)
    for path in sorted((ROOT / "Tests").rglob("*.swift")):
        for test in TEST.finditer(path.read_text(encoding="utf-8")):
            name = next(group for group in test.groups() if group)
            names.add(name)
            head = HEAD.match(name)
            for one in head[1].split(", ") if head else []:
                bearers[one].append(f"{path.stem}: {name[head.end():]}")
    for path in sorted((ROOT / "Tests/Scenarios").glob("*.scenario")):
        for covers in re.findall(r"^covers (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE):
            for one in re.findall(ID, covers):
                bearers[one].append(path.name)
    return names, bearers


def find_mutations():
    """Those of the world around a replica, and those of the core's own sources."""
    text = (ROOT / "Sources/Simulator/Mutation.swift").read_text(encoding="utf-8")
    names = set(re.findall(r"^ +case (\w+)$", text, re.MULTILINE))
    for path in (ROOT / "Tests/Mutations").glob("*.txt"):
        names.update(re.findall(r"^\[(\w+)\]", path.read_text(encoding="utf-8"), re.MULTILINE))
    return names


def references(name, remark, tests, mutations):
    """What a line names beside its own tests; each must exist."""
    for test, mutation, chaos in REFERENCE.findall(remark):
        if test and test not in tests:
            problems.append(f"{name}: there is no test \"{test}\"")
        if mutation and mutation not in mutations:
            problems.append(f"{name}: there is no mutation {mutation}")
        if chaos and not (ROOT / "Tests/Chaos" / chaos).exists():
            problems.append(f"{name}: there is no Tests/Chaos/{chaos}")
        if test:
            yield f"test: {test}"
        else:
            yield f"mutation {mutation}" if mutation else f"Tests/Chaos/{chaos}"


def check_sizes():
    """A file of Raft has one screenful of ideas; a function, one idea."""
    for path in sorted((ROOT / "Sources/Raft").rglob("*.swift")):
        lines = path.read_text(encoding="utf-8").splitlines()
        if len(lines) > FILE_LINES:
            problems.append(f"{path.relative_to(ROOT)} has {len(lines)} lines")
        for start, line in enumerate(lines):
            function = re.match(r"^( *)[a-z@ ()]*\b(func|init)\b[^/]*$", line)
            if not function:
                continue
            end = next(
                (at for at in range(start, len(lines)) if lines[at] == function[1] + "}"), start)
            if end - start >= FUNCTION_LINES:
                place = f"{path.relative_to(ROOT)}:{start + 1}"
                problems.append(f"{place}: a function of {end - start + 1} lines")


def main():
    lines = read_page()
    tests, bearers = find_tests()
    mutations = find_mutations()
    count = dict.fromkeys(STATES, 0)
    before = None
    for name, (title, rule, state, remark) in lines.items():
        if title != before:
            print(f"\n{title}")
            before = title
        count[state] = count.get(state, 0) + 1
        print(f"  {name:<8} {state:<8} {rule}")
        found = bearers.pop(name, []) + list(references(name, remark, tests, mutations))
        for one in found:
            print(f"{'':20} {one}")
        if state == "tested" and not found:
            problems.append(f"{name} says \"tested\", and there is no test")
        if state == "by shape":
            print(f"{'':20} {remark}")
    for name, where in bearers.items():
        problems.append(f"{where[0]} bears {name}, which is not on the list")
    check_sizes()
    print("\nOpen")
    for name, (_, rule, state, remark) in lines.items():
        if state == "open":
            print(f"  {name:<8} {rule}: {remark}")
    total = ", ".join(f"{count[state]} {state}" for state in STATES)
    print(f"\n{len(lines)} lines: {total}")
    for problem in problems:
        print(f"conformance: {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
