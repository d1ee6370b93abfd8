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

SECONDS = 75
TOOL = os.path.join(os.path.dirname(sys.executable), "st")

# Streams do not end, what would take away the token by which it is asked, and what takes the leader
# away: other tests look at those.
LEFT_OUT = ["/v1/events", "/v1/cluster/events", "/v1/cluster/transfer", "/v1/cluster/levers", "/v1/users/{id}",
            "/v1/tokens/{id}"]
PASSWORD = "correct horse battery"


def admin_token(report, client, address):
    """The first user of the cluster, and a token for everything."""
    made = client.request(address, "POST", "/v1/users", {"name": "ann", "password": PASSWORD})
    report.check(made.status == 201, "a first user is made", made)
    report.check(client.get(address, "/v1/tasks").status == 401, "and nobody else is let in")
    session = client.request(address, "POST", "/v1/session", {"name": "ann", "password": PASSWORD})
    report.check(session.status == 201, "who signs in", session)
    cookie = session.headers["Set-Cookie"].split(";")[0]
    token = client.request(
        address, "POST", "/v1/tokens",
        {"name": "contract", "scopes": ["read", "tasks", "enqueue", "work", "admin"]},
        {"Cookie": cookie, "X-CSRF-Token": session.json()["csrf"]})
    report.check(token.status == 201, "and makes a token", token)
    return token.json()["secret"]


def arguments(location, address, seed, token):
    left_out = [part for path in LEFT_OUT for part in ("--exclude-path", path)]
    options = [
        "--url", f"http://{address}", *left_out, "--max-time", str(SECONDS),
        "-H", f"Authorization: Bearer {token}",
        "--checks", "all", "--exclude-checks", "use_after_free",  # hooks.py has another
        "--generation-database", "none", "--continue-on-failure",
        "--request-timeout", "20", "--warnings", "off", "--no-color", "--workers", "1",
        "--seed", str(seed), "--max-failures", "30", "--suppress-health-check", "all",
    ]
    return [TOOL, "--config-file", os.path.join(HERE, "schemathesis.toml"), "run", location, *options]


def main(report, location, seed):
    cluster = Cluster(report, name="contract")
    cluster.start_all()
    address = cluster.addresses[0]
    cluster.client.token = token = admin_token(report, cluster.client, address)
    environment = {**os.environ, "SCHEMATHESIS_HOOKS": os.path.join(HERE, "hooks.py")}
    done = subprocess.run(
        arguments(location or f"http://{address}/openapi.json", address, seed, token),
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
