#!/usr/bin/env python3
"""Examples/python as its readers run it, against three real nodes, and while the leader is killed."""

import os
import re
import subprocess
import sys
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../Chaos"))

from harness import Cluster, list_tasks, run  # noqa: E402

PROGRAM = os.path.join(HERE, "../../Examples/python/tasks.py")


def start(node):
    return subprocess.Popen([sys.executable, "-u", PROGRAM, f"http://{node.http}"], text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def quiet(report, cluster):
    program = start(cluster.node(1))
    said, _ = program.communicate(timeout=60)
    report.check(program.returncode == 0, "the example ends with 0", said)
    made = re.search(r"made task (\d+); asked again, the answer is task (\d+)", said)
    report.check(made and made[1] == made[2], "two requests with one key make one task", said)
    report.check("somebody was faster: task 1 is at version 2" in said, "it meets a 412", said)
    report.check("both changes are there: ['theirs', 'ours']" in said, "and loses nothing by it", said)
    seen = re.findall(r"event: (\w+), version (\d+)", said)
    report.check(seen == [("updated", "2"), ("updated", "3"), ("updated", "4")],
                 "it sees every change by the stream, once", said)


def disturbed(report, cluster):
    """The leader goes while the example runs at another node."""
    leader = cluster.wait_leader()
    program = start(next(node for node in cluster.nodes if node is not leader))
    said = []
    reader = threading.Thread(target=lambda: said.extend(program.stdout))
    reader.start()
    leader.kill()
    code = program.wait(60)
    reader.join(10)
    report.check(code == 0, "it gets to its end while the leader is killed", "".join(said))
    tasks = list_tasks(next(node for node in cluster.nodes if node.alive).http)
    report.check([task["labels"] for task in tasks] == [["theirs", "ours"]] * 2,
                 "and there is one task of each run", tasks)


def body(report):
    cluster = Cluster(report, "example")
    cluster.start_all()
    cluster.wait_leader()
    quiet(report, cluster)
    disturbed(report, cluster)


if __name__ == "__main__":
    run("python-example", 100, body)
