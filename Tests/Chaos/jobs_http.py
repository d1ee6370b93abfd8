#!/usr/bin/env python3
"""The job queue on the command line and over HTTP, on real processes.

`taskraft work` runs a command for each job, and stops as it should. What waits, is delayed, buried
or reserved is so after a restart of all nodes.
"""

import argparse
import json
import os
import signal
import subprocess
import time
import uuid

from harness import Cluster, ConnectionLost, eventually, run, taskraft, wait_converged
from harness.cluster import binary, clean_environment


def insist(client, addresses, method, path, body):
    """One request with one key, sent to one node after another until it is answered for good."""
    headers = {"Idempotency-Key": f'"{uuid.uuid4().hex}"'}
    last, end = None, time.monotonic() + 30
    while time.monotonic() < end:
        for address in addresses:
            try:
                last = client.request(address, method, path, body, headers)
                if last.status not in (503, 504):
                    return last
            except ConnectionLost as loss:
                last = loss
        time.sleep(0.05)
    raise TimeoutError(f"{method} {path}: {last}")


def command(report, cluster):
    """taskraft work: exit codes decide, and SIGTERM in the middle loses nothing."""
    url = ",".join(f"http://{address}" for address in cluster.addresses)
    place = report.subdirectory("work")
    lines = "\n".join(["good"] * 6 + ["bad", "hopeless"])
    code, out, err = taskraft("job", "put", "mixed", "--lines", "--file", write(place, lines),
                              "--attempts", "2", url=url)
    report.check(code == 0 and "8 jobs" in out, "job put --lines puts each line", f"{out}{err}")
    script = ('read body; echo "$TASKRAFT_QUEUE $TASKRAFT_JOB_ATTEMPT $body" >> ' + place
              + '/seen; echo "no luck with $body" >&2; '
              'case $body in bad) exit 3;; hopeless) exit 100;; esac')
    done = work(url, "mixed", script, "--drain", "--concurrency", "3")
    report.check(done.returncode == 0, "work --drain exits with 0", done.stderr[-500:])
    with open(f"{place}/seen", encoding="utf-8") as file:
        seen = sorted(file.read().splitlines())
    report.check(seen == sorted(["mixed 1 good"] * 6 + ["mixed 1 bad", "mixed 2 bad",
                                                        "mixed 1 hopeless"]),
                 "each job ran with its body, queue and attempt", seen)
    code, out, err = taskraft("job", "peek", "--queue", "mixed", "--json", url=url)
    left = {job["body"]: job for job in json.loads(out)} if code == 0 else {}
    report.check(set(left) == {"bad", "hopeless"}
                 and all(job["state"] == "buried" for job in left.values()),
                 "what failed too often, or for good, is buried", f"{out}{err}")
    report.check("no luck with bad" in left.get("bad", {}).get("error", ""),
                 "with the last words of the command", left.get("bad"))
    code, out, _ = taskraft("job", "kick", "--queue", "mixed", "--match", "no luck", url=url)
    report.check(code == 0 and "1 kicked" in out, "job kick --match tries again what matches", out)
    single_commands(report, url)
    stop_in_the_middle(report, url, place)


def write(place, text):
    path = os.path.join(place, "lines")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text + "\n")
    return path


def work(url, queue, script, *options):
    return subprocess.run(
        [binary(), "work", queue, *options, "--url", url, "--", "sh", "-c", script],
        env=clean_environment(), capture_output=True, text=True, timeout=90)


def single_commands(report, url):
    """put, reserve, done, fail, rm, and what queue says and does."""
    def step(name, holds, *arguments, codes=(0,)):
        code, out, err = taskraft(*arguments, url=url)
        report.check(code in codes and holds(out + err), name, f"{code}: {out[:300]}{err[:300]}")
        return out

    step("job put", lambda out: True, "job", "put", "one", "hello", "--priority", "3")
    taken = json.loads(step("job reserve", lambda out: "hello" in out, "job", "reserve", "one",
                            "--wait", "5s", "--json"))[0]
    number = str(taken["id"])
    step("job done with a wrong lease exits with 2", lambda out: "lease" in out, "job", "done",
         number, "--lease", taken["lease"] + "0", codes=(2,))
    step("job fail", lambda out: "ready" in out, "job", "fail", number, "--lease", taken["lease"],
         "--error", "no")
    step("job peek", lambda out: "hello" in out and "no" in out, "job", "peek", number)
    step("queue pause", lambda out: True, "queue", "pause", "one", "--for", "1h")
    step("job reserve exits with 1 when there is none", lambda out: "--wait" in out, "job",
         "reserve", "one", codes=(1,))
    step("queue show", lambda out: "for 59m" in out, "queue", "show", "one")
    step("queue list", lambda out: "one" in out and "READY" in out, "queue", "list")
    step("queue resume", lambda out: True, "queue", "resume", "one")
    step("queue set", lambda out: "at once" in out, "queue", "set", "one", "--concurrency", "2")
    step("job rm", lambda out: number in out, "job", "rm", number)
    step("queue purge", lambda out: "0 jobs" in out, "queue", "purge", "one")
    step("queue rm", lambda out: True, "queue", "rm", "one")
    step("a queue that is not there exits with 1", lambda out: "no queue" in out, "queue", "show",
         "one", codes=(1,))
    step("work without a command says what to do", lambda out: "after --" in out, "work", "one",
         codes=(64,))
    step("work with a program that is not there", lambda out: "no program" in out, "work", "one",
         "--", "no-such-program", codes=(64,))


def stop_in_the_middle(report, url, place):
    code, out, err = taskraft("job", "put", "slow", "--lines", "--file",
                              write(place, "\n".join(str(k) for k in range(20))), "--ttr", "1s",
                              url=url)
    report.check(code == 0, "twenty slow jobs are put", out + err)
    # Longer than the lease: only what renews it keeps the job.
    script = f'read n; echo $n >> {place}/begun; sleep 2; echo $n >> {place}/ended'
    worker = subprocess.Popen(
        [binary(), "work", "slow", "--concurrency", "4", "--url", url, "--", "sh", "-c", script],
        env=clean_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    eventually("eight jobs have begun", lambda: count(f"{place}/begun") >= 8, 30)
    worker.send_signal(signal.SIGTERM)
    out, err = worker.communicate(timeout=30)
    begun, ended = count(f"{place}/begun"), count(f"{place}/ended")
    report.check(worker.returncode == 0, "work exits with 0 on SIGTERM", f"{worker.returncode} {err}")
    report.check(begun == ended and begun < 20, "what had begun is finished, and no more was begun",
                 f"{begun} begun, {ended} ended: {err[-300:]}")
    report.check(err.count(": done") == begun, "and each is said to be done", err)
    code, out, _ = taskraft("queue", "show", "slow", "--json", url=url)
    queue = json.loads(out)
    report.check(queue["ready"] == 20 - begun and queue["reserved"] == 0
                 and queue["totals"]["timeouts"] == 0,
                 "the rest waits, and no lease ran out", out)


def lost_lease(report, cluster):
    """A worker that cannot renew its lease ends its command before another can have the job."""
    place = report.subdirectory("lost")
    url = ",".join(f"http://{address}" for address in cluster.addresses)
    code, out, err = taskraft("job", "put", "lone", "x", "--ttr", "3s", url=url)
    report.check(code == 0, "a job is put", out + err)
    script = f'echo $TASKRAFT_JOB_ATTEMPT >> {place}/begun; sleep 60; echo x >> {place}/ended'
    worker = subprocess.Popen(
        [binary(), "work", "lone", "--url", url, "--", "sh", "-c", script],
        env=clean_environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    eventually("the job has begun", lambda: count(f"{place}/begun") == 1, 20)
    for node in cluster.nodes[:2]:
        node.kill()
    said = worker.stderr.readline()
    report.check("its lease ended" in said and "renewed" in said,
                 "without a quorum the command is ended with its lease", said)
    for node in cluster.nodes[:2]:
        node.start()
    cluster.wait_ready()
    eventually("the job begins again", lambda: count(f"{place}/begun") == 2, 30)
    worker.send_signal(signal.SIGTERM)
    time.sleep(0.3)
    worker.send_signal(signal.SIGTERM)
    _, err = worker.communicate(timeout=30)
    report.check(worker.returncode == 0 and "given back" in err,
                 "asked twice, it ends the command and gives the job back",
                 f"{worker.returncode} {err}")
    report.check(count(f"{place}/ended") == 0, "no command went on by itself")
    code, out, _ = taskraft("job", "peek", "--queue", "lone", "--json", url=url)
    job = json.loads(out)[0]
    report.check(job["state"] == "ready" and job["releases"] == 1, "the job waits", job)


def count(path):
    try:
        with open(path, encoding="utf-8") as file:
            return len(file.read().split())
    except FileNotFoundError:
        return 0


def restart(report, cluster):
    """Every job, lease and delay is as it was."""
    client, addresses = cluster.client, cluster.addresses

    def ask(method, path, body=None):
        return insist(client, addresses, method, path, body)

    ask("PUT", "/v1/queues/kept", {"length": 50, "concurrency": 3})
    for body in ("ready", "later", "buried", "held"):
        ask("POST", "/v1/queues/kept/jobs", {
            "body": body, "delay": "1h" if body == "later" else 0,
            "priority": {"buried": 1, "held": 2}.get(body, 9), "ttr": "1h",
            "retry": {"attempts": 1}, "unique": {"key": body, "window": "1h"}})
    taken = ask("POST", "/v1/queues/kept/reserve", {"max": 2}).json()["items"]
    ask("POST", f"/v1/jobs/{taken[0]['id']}/fail", {"lease": taken[0]["lease"], "error": "broken"})
    ask("POST", "/v1/queues/kept/pause", {"for": "1h"})

    def picture():
        queues = ask("GET", "/v1/queues").json()["items"]
        jobs = ask("GET", "/v1/queues/kept/jobs").json()["items"]
        running = {"age_ms", "due_in_ms", "oldest_age_ms", "pause_left_ms"}
        left = [job["due_in_ms"] for job in jobs if job["due_in_ms"] is not None]
        return ([{k: v for k, v in each.items() if k not in running} for each in queues + jobs],
                left)

    before, left_before = picture()
    wait_converged(cluster, report)
    cluster.stop_all(report)
    cluster.start_all()
    after, left_after = picture()
    report.check(len(before) > 5 and before == after,
                 "queues and jobs are as they were before all nodes were restarted",
                 f"{before} then {after}")
    report.check(len(left_before) == 2 and all(0 < b <= a for a, b in zip(left_before, left_after)),
                 "a lease and a delay go on where they were", f"{left_before} then {left_after}")
    again = ask("POST", "/v1/queues/kept/jobs", {"body": "x", "unique": "ready"})
    report.check(again.status == 200 and again.json()["duplicate"], "a unique key still stands", again)
    reply = ask("POST", f"/v1/jobs/{taken[1]['id']}/complete", {"lease": taken[1]["lease"]})
    report.check(reply.status == 204, "a lease from before finishes its job", reply)


def main(report):
    cluster = Cluster(report)
    cluster.start_all()
    command(report, cluster)
    restart(report, cluster)
    lost_lease(report, cluster)
    cluster.stop_all(report)


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    run("jobs-http", 150, main)
