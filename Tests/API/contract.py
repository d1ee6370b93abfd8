#!/usr/bin/env python3
"""Every answer of a running cluster against the description that it serves at /openapi.json.

schemathesis makes requests from the description, good and bad ones, and looks whether each answer
is one that the description allows. What it cannot know is in hooks.py and schemathesis.toml. The
nodes must agree on the state afterwards, and none may have logged an error.
"""

import argparse
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../Chaos"))

from harness import Cluster, run, wait_converged  # noqa: E402
from harness.cluster import ROOT  # noqa: E402

SECONDS = 75
TOOL = os.path.join(ROOT, ".build/test-python/bin/st")

# A stream does not end: streams.py looks at it.
ENDLESS = "/v1/events"


def arguments(location, address, seed):
    options = [
        "--url", f"http://{address}", "--exclude-path", ENDLESS, "--max-time", str(SECONDS),
        "--checks", "all", "--generation-database", "none", "--continue-on-failure",
        "--request-timeout", "20", "--warnings", "off", "--no-color", "--workers", "1",
        "--seed", str(seed), "--max-failures", "30", "--suppress-health-check", "all",
    ]
    return [TOOL, "--config-file", os.path.join(HERE, "schemathesis.toml"), "run", location, *options]


def main(report, location, seed):
    cluster = Cluster(report, name="contract")
    cluster.start_all()
    address = cluster.addresses[0]
    environment = {**os.environ, "SCHEMATHESIS_HOOKS": os.path.join(HERE, "hooks.py")}
    done = subprocess.run(
        arguments(location or f"http://{address}/openapi.json", address, seed),
        capture_output=True, text=True, timeout=SECONDS + 60, env=environment,
        cwd=report.directory)
    with open(os.path.join(report.directory, "schemathesis.txt"), "w", encoding="utf-8") as file:
        file.write(done.stdout + done.stderr)
    report.check(done.returncode == 0, "every answer is as the description says", done.stdout[-6000:])
    for line in done.stdout.splitlines():
        if "Operations:" in line or "generated" in line:
            report.note(line.strip())
    wait_converged(cluster, report)
    for node in cluster.nodes:
        found = node.log_lines(" (error|critical)[: ]")
        report.clean(found, f"node {node.number} logged no error")
    cluster.stop_all(report)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--location", help="another description than the one that is served")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    run("contract", SECONDS + 120, lambda report: main(report, given.location, given.seed))
