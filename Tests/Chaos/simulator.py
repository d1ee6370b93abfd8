#!/usr/bin/env python3
"""The simulator's command line: a seed is the same run in every process, an interrupted campaign
goes on, and a bug that is put in is told with a short story that the printed command repeats."""

import json
import os
import re
import shlex
import signal
import subprocess

from harness import eventually, run
from harness.cluster import ROOT

BINARY = os.environ.get("TASKRAFT_SIM", os.path.join(ROOT, ".build/release/taskraft-sim"))


def simulate(*arguments, hashing=None, cwd=None):
    environment = {name: value for name, value in os.environ.items()
                   if name != "SWIFT_DETERMINISTIC_HASHING"}
    if hashing:
        environment["SWIFT_DETERMINISTIC_HASHING"] = hashing
    done = subprocess.run([BINARY, *arguments], env=environment, cwd=cwd, timeout=200,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def last_line(text):
    return text.splitlines()[-1] if text else ""


def without_rate(text):
    return text.splitlines()[:-1]


def same_trace(report):
    """Swift seeds the hashing of sets and dictionaries anew in each process."""
    for seed in ("3", "22"):
        arguments = ("run", "--seed", seed, "--trace", "--lines", "1000000")
        code, first, err = simulate(*arguments)
        _, second, _ = simulate(*arguments)
        _, third, _ = simulate(*arguments, hashing="1")
        report.check(code == 0 and len(first) > 500_000,
                     f"seed {seed} has a trace", f"{code}: {len(first)} bytes, {err}")
        report.check(re.search(r"^trace [0-9a-f]+$", first, re.M), "its hash is printed")
        report.check(without_rate(first) == without_rate(second),
                     f"seed {seed} is the same in two processes, line for line")
        report.check(without_rate(first) == without_rate(third),
                     f"seed {seed} is the same when hashing is not random")
    _, other, _ = simulate("run", "--seed", "4", "--trace", "--lines", "1000000")
    report.check(without_rate(other) != without_rate(first), "another seed is another run")


def many_seeds(report):
    code, out, err = simulate("run", "--seeds", "40", "--jobs", "2")
    line = last_line(out)
    report.check(code == 0 and re.fullmatch(r"40 seeds, 0 violations, [0-9.]+ seeds/s", line),
                 "the last line has seeds, violations and the rate", f"{code}: {line} {err}")
    report.figure("speed", line)
    code, single, _ = simulate("run", "--seeds", "40", "--json")
    totals = json.loads(single)["totals"] if code == 0 else {}
    report.check(totals.get("seeds") == 40 and totals["violations"] == []
                 and f"{totals['events']} events" in out,
                 "--json tells the same, and so does one job", single)


def wrong_usage(report):
    for arguments in (["--nodes", "4"], ["--faults", "weather"], ["--only-faults", "9-3"],
                      ["--seeds", "0"], ["--mutation", "none"], ["--operations", "0"]):
        code, _, err = simulate("run", *arguments)
        report.check(code == 64 and err, f"run {' '.join(arguments)} is wrong usage", f"{code}")
    code, out, _ = simulate("run", "--help")
    report.check(code == 0 and "EXAMPLES" in out and "EXIT CODES" in out,
                 "--help shows examples and exit codes")


def shrunken_story(report):
    """The command that is printed breaks the same rule, with fewer faults."""
    code, out, _ = simulate("run", "--seeds", "3", "--mutation", "readStale",
                            "--shrink-seconds", "10")
    commands = re.findall(r"^shrunken: taskraft-sim (.*)$", out, re.M)
    violations = re.findall(r"^there: (.*)$", out, re.M)
    report.check(code == 1 and commands and violations,
                 "a bug that is put in is found, and told with less", f"{code}: {out[-600:]}")
    report.check(re.fullmatch(r"3 seeds, [1-3] violations, [0-9.]+ seeds/s", last_line(out)),
                 "the last line counts the violations", last_line(out))
    for command, violation in zip(commands, violations):
        report.check("--only-faults" in command, f"fewer faults: {command}")
        code, again, _ = simulate(*shlex.split(command), "--shrink-seconds", "0")
        report.check(code == 1 and f"VIOLATION: {violation}" in again,
                     "the command breaks the same rule", f"{code}: {again[-400:]}")


def seeds_done(directory):
    try:
        with open(os.path.join(directory, "taskraft-sim.progress"), encoding="utf-8") as file:
            return json.load(file)["totals"]["seeds"]
    except OSError:
        return 0


def resumed(report):
    """Ctrl-C keeps what is done; the command that is printed goes on to the same totals."""
    directory = report.subdirectory("resume")
    _, whole, _ = simulate("run", "--seeds", "150", "--jobs", "2", cwd=directory)
    process = subprocess.Popen([BINARY, "run", "--seeds", "150", "--jobs", "2", "--resume"],
                               cwd=directory, stdout=subprocess.PIPE, text=True)
    report.at_end(process.kill)
    eventually("a seed is done", lambda: seeds_done(directory) > 0, 30)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    command = re.search(r"^to go on: taskraft-sim (.*)$", out, re.M)
    report.check(process.returncode == 130 and command, "Ctrl-C stops in good order",
                 f"{process.returncode}: {out}")
    done = re.search(r"interrupted after (\d+) of 150 seeds", out)
    report.check(done and 0 < int(done.group(1)) < 150, "it says how far it came", out)
    if not command:
        return
    code, _, err = simulate("run", "--seeds", "151", "--resume", cwd=directory)
    report.check(code == 64 and "belongs to" in err, "another run does not go on from it", err)
    code, out, err = simulate(*shlex.split(command.group(1)), cwd=directory)
    report.check(code == 0 and without_rate(out) == without_rate(whole),
                 "the rest adds up to the totals of an undisturbed run", f"{code}: {out} {err}")
    report.check(last_line(out).startswith("150 seeds, 0 violations"), "all seeds are counted")
    report.check(not os.listdir(directory), "no file is left behind", os.listdir(directory))


def main(report):
    same_trace(report)
    many_seeds(report)
    wrong_usage(report)
    shrunken_story(report)
    resumed(report)


if __name__ == "__main__":
    run("simulator", 240, main)
