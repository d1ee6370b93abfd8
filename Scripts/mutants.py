#!/usr/bin/env python3
"""Proves that the simulator finds bugs: puts them in, one at a time, and counts the seeds it takes.

Bugs of the core are texts in Tests/Mutations/core.txt. They are put into a copy of the pure
sources, each behind a switch of its own, and built once; the sources stay free of them. Bugs at
the border between a replica and its world are switches of the simulator (Mutation.swift).

  Scripts/mutants.py [--only NAME ...] [--jobs N] [--factor F] [--check]

Exit code 1 if one bug is not found within the seeds it states, 2 if a text no longer fits.
"""
import argparse
import concurrent.futures
import os
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "Tests/Mutations/core.txt"
COPY = ROOT / ".build-mutants"
TARGETS = ["Wire", "Raft", "Work", "Replica", "Simulator", "taskraft-sim"]
VARIABLE = "TASKRAFT_SLIP"
# Without any bug, so many seeds must pass: else the table would say nothing.
CONTROL = 50
PATIENCE = 3600


def fail(text):
    print(f"mutants: {text}", file=sys.stderr)
    sys.exit(2)


class Bug:
    def __init__(self, name, limit):
        self.name, self.limit = name, limit
        self.hunks = []  # (file, text, replacement)


def read_list():
    """The bugs of the core, as the list has them."""
    bugs, file, old, new = [], None, [], []

    def end_hunk():
        if old or new:
            if not (old and new and file):
                fail(f"{bugs[-1].name}: a change needs a file, '-' lines and '+' lines")
            bugs[-1].hunks.append((file, "\n".join(old), "\n".join(new)))
        old.clear(), new.clear()

    for line in LIST.read_text().splitlines():
        if head := re.fullmatch(r"\[(\w+)\] (\d+) seeds", line):
            end_hunk()
            bugs.append(Bug(head[1], int(head[2])))
            file = None
        elif line.startswith("@ "):
            end_hunk()
            file = line[2:].strip()
        elif line.startswith("- "):
            if new:
                end_hunk()
            old.append(line[2:])
        elif line.startswith("+ "):
            new.append(line[2:])
        elif line.startswith("["):
            fail(f"not understood: {line}")
    end_hunk()
    for bug in bugs:
        if not bug.hunks:
            fail(f"{bug.name}: it changes nothing")
    return bugs


def mutated(file, text, bugs):
    """The text with every bug in it that changes this file."""
    changes = []
    for bug in bugs:
        for place, old, new in bug.hunks:
            if place != file:
                continue
            if f"slip(.{bug.name})" not in new and "slip(" in new:
                fail(f"{bug.name}: it uses the switch of another bug")
            if (count := text.count(old)) != 1:
                fail(f"{bug.name}: its text occurs {count} times in {file}:\n{old}")
            start = text.index(old)
            changes.append((start, start + len(old), new, bug.name))
    changes.sort()
    for (_, end, _, left), (start, _, _, right) in zip(changes, changes[1:]):
        if start < end:
            fail(f"{left} and {right} change the same text of {file}")
    for start, end, new, _ in reversed(changes):
        text = text[:start] + new + text[end:]
    if changes and not re.search(r"^(package |public )?import Wire$", text, re.MULTILINE):
        text = "import Wire\n" + text
    return text


def switch(bugs):
    """Which bug is on, by the environment: one build serves all of them."""
    cases = "\n".join(f"    case {bug.name}" for bug in bugs)
    return f"""#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

package enum Slip: String, CaseIterable, Sendable {{
{cases}

    fileprivate static let current: Slip? = {{
        guard let name = unsafe getenv("{VARIABLE}") else {{ return nil }}
        guard let slip = unsafe Slip(rawValue: String(cString: name)) else {{ fatalError() }}
        return slip
    }}()
}}

package func slip(_ slip: Slip) -> Bool {{ Slip.current == slip }}
"""


def manifest():
    """The pure targets as the package declares them, with the packages it has checked out."""
    text = (ROOT / "Package.swift").read_text()
    stanzas = []
    for name in TARGETS:
        start = re.search(r"\.(executableT|t)arget\(\s*name: \"%s\"" % name, text)
        if not start:
            fail(f"Package.swift declares no target {name}")
        depth, end = 0, start.start()
        while True:
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
            if text[end - 1] == ")" and depth == 0:
                break
        stanzas.append("        " + text[start.start():end])
    head = text[:text.index("let package")]
    checkouts = ROOT / ".build/checkouts"
    packages = ",\n".join(
        f'        .package(path: "{checkouts / name}")'
        for name in ["swift-argument-parser", "swift-collections"])
    targets = ",\n".join(stanzas)
    return f"""{head}let package = Package(
    name: "taskraft",
    dependencies: [
{packages},
    ],
    targets: [
{targets},
    ]
)
"""


def write(path, text):
    """Leaves alone what has not changed, so that the next build is short."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def copy(bugs):
    files = {}
    for target in TARGETS:
        for path in sorted((ROOT / "Sources" / target).rglob("*.swift")):
            name = str(path.relative_to(ROOT / "Sources"))
            files[name] = mutated(name, path.read_text(), bugs)
    for bug in bugs:
        for file, _, _ in bug.hunks:
            if file not in files:
                fail(f"{bug.name}: there is no {file}")
    files["Wire/Slip.swift"] = switch(bugs)
    for name, text in files.items():
        write(COPY / "Sources" / name, text)
    for path in (COPY / "Sources").rglob("*.swift"):
        if str(path.relative_to(COPY / "Sources")) not in files:
            path.unlink()
    write(COPY / "Package.swift", manifest())


def build():
    """With the texts of broken preconditions, which a release build leaves out."""
    if not (ROOT / ".build/checkouts/swift-collections").exists():
        subprocess.run(["swift", "package", "resolve"], cwd=ROOT, check=True)
    environment = {name: value for name, value in os.environ.items() if name != "TASKRAFT_STRICT"}
    log = COPY / "build.log"
    with log.open("w") as out:
        status = subprocess.run(
            ["swift", "build", "-c", "release", "--product", "taskraft-sim",
             "-Xswiftc", "-assert-config", "-Xswiftc", "Debug"],
            cwd=COPY, env=environment, stdout=out, stderr=subprocess.STDOUT).returncode
    if status:
        errors = [line for line in log.read_text().splitlines() if "error:" in line]
        fail("the copy does not build\n" + "\n".join(errors[:20]) + f"\nsee {log}")
    return COPY / ".build/release/taskraft-sim"


def look(binary, name, limit, is_core):
    """(seed or None, what was said)"""
    environment = dict(os.environ, SWIFT_BACKTRACE="enable=no")
    command = [str(binary), "mutant", "--limit", str(limit)]
    if is_core and name:
        environment[VARIABLE] = name
    elif name:
        command.append(name)
    try:
        done = subprocess.run(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            errors="replace", timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return None, f"nothing found in {PATIENCE} s"
    if found := re.search(r"^seed (\d+): (.*)$", done.stdout, re.MULTILINE):
        return int(found[1]), found[2]
    if done.returncode == 1:
        return None, f"not found in {limit} seeds"
    seed = re.search(r"--seed (\d+)", done.stdout)
    broken = re.search(r"Fatal error: (.*)", done.stderr)
    if not seed:
        fail(f"{name}: the simulator ended with {done.returncode}\n{done.stdout}{done.stderr}")
    return int(seed[1]), "trap: " + (broken[1] if broken else "a precondition broke")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", action="append", metavar="NAME", help="only these bugs")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="run so many at once")
    parser.add_argument("--factor", type=int, default=1, help="look in so many times the seeds")
    parser.add_argument("--check", action="store_true", help="only see that all texts fit")
    options = parser.parse_args()

    bugs = read_list()
    copy(bugs)
    if options.check:
        print(f"{len(bugs)} bugs fit the sources")
        return
    began = time.monotonic()
    binary = build()
    listing = subprocess.run(
        [str(binary), "mutant", "--list"], stdout=subprocess.PIPE, text=True, check=True)
    border = [line.split() for line in listing.stdout.splitlines()]
    work = [(bug.name, bug.limit, True) for bug in bugs]
    work += [(name, int(limit), False) for name, limit in border]
    names = [name for name, _, _ in work]
    if len(set(names)) != len(names):
        fail("two bugs have the same name")
    if options.only:
        if unknown := set(options.only) - set(names):
            fail(f"no such bug: {', '.join(sorted(unknown))}")
        work = [item for item in work if item[0] in options.only]
    print(f"built in {time.monotonic() - began:.0f} s", flush=True)

    print(f"{'bug':22} {'found by seed':>13} {'stated':>6}  what the simulator said")
    missed = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        control = pool.submit(look, binary, None, CONTROL, False)
        found = {
            pool.submit(look, binary, name, limit * options.factor, is_core): (name, limit)
            for name, limit, is_core in work}
        for future in concurrent.futures.as_completed(found):
            (name, limit), (seed, text) = found[future], future.result()
            missed += seed is None
            print(f"{name:22} {seed or '-':>13} {limit:>6}  {text}", flush=True)
        seed, text = control.result()
    print(f"{'(none)':22} {seed or '-':>13} {'':>6}  {text}")
    print(f"{len(work)} bugs, {missed} not found; {time.monotonic() - began:.0f} s")
    sys.exit(1 if missed or seed else 0)


if __name__ == "__main__":
    main()
