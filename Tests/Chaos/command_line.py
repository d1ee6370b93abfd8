#!/usr/bin/env python3
"""The command line as a person uses it: tasks, files of tasks, configuration."""

import argparse
import csv
import io
import json
import os
import time

from harness import Client, Local, eventually, free_base, list_tasks, run, taskraft
from harness.cluster import ROOT

COLUMNS = ("title", "description", "status", "priority", "due", "assignee", "labels")


def fields(item):
    return tuple(json.dumps(item[name]) for name in COLUMNS)


def commands(report, plan):
    """import, list, show, add, edit, done, rm, export and import again."""
    local = Local(report, "commands", nodes=1)
    code, _, err = local.up()
    report.check(code == 0, "a cluster of one node starts", err)
    eventually("a leader", local.complete, 15)
    url, address = local.url(), local.http(1)
    with open(plan, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    began = time.monotonic()
    code, out, err = taskraft("task", "import", plan, url=url)
    report.check(code == 0, f"task import {os.path.basename(plan)}", f"{code}: {err[-300:]}")
    report.figure("import", f"{len(rows)} tasks in {time.monotonic() - began:.2f} s")
    items = list_tasks(address)
    report.check(sorted(item["title"] for item in items)
                 == sorted(row["title"].strip() for row in rows),
                 f"every row of the file is a task ({len(rows)})", f"{len(items)} tasks")
    single_commands(report, url, address)
    round_trip(report, local, url, address)
    exit_codes(report, url)


def single_commands(report, url, address):
    client = Client()

    def task(number):
        reply = client.get(address, f"/v1/tasks/{number}")
        return reply.json() if reply.status == 200 else None

    def step(name, holds, *arguments):
        code, out, err = taskraft("task", *arguments, url=url)
        report.check(code == 0 and holds(out), f"task {name}", f"{code}: {out[:300]}{err[:300]}")
        return out

    step("list shows tasks", lambda out: len(out.splitlines()) > 20, "list")
    title = "Buy \"milk\" & 日本茶"
    step("add", lambda out: True, "add", title, "--priority", "1",
         "--due", "2026-12-01", "--assignee", "ann", "--label", "home")
    added = max(list_tasks(address), key=lambda item: item["id"])
    number = str(added["id"])
    report.check((added["title"], added["priority"], added["due"], added["assignee"],
                  added["labels"]) == (title, 1, "2026-12-01", "ann", ["home"]),
                 "the task has what was given", added)
    step("show", lambda out: "milk" in out and "ann" in out, "show", number)
    step("edit", lambda out: task(number)["title"] == "Buy tea", "edit", number, "--title",
         "Buy tea")
    step("done", lambda out: task(number)["status"] == "done", "done", number)
    step("rm", lambda out: task(number) is None, "rm", number)
    code, out, _ = taskraft("status", url=url)
    report.check(code == 0 and "leader" in out, "status", out[:300])


def round_trip(report, local, url, address):
    """What export writes, import reads, in both formats, into an empty cluster."""
    before = sorted(fields(item) for item in list_tasks(address))
    for form in ("csv", "json"):
        code, out, err = taskraft("task", "export", "--format", form, url=url)
        report.check(code == 0 and out, f"task export --format {form}", f"{code}: {err[:300]}")
        if form == "csv":
            rows = list(csv.reader(io.StringIO(out)))
            report.check(len(rows) == len(before) + 1, "a header and a row for each task")
        path = os.path.join(local.directory, f"export.{form}")
        with open(path, "w", newline="", encoding="utf-8") as file:
            file.write(out)
        other = Local(report, f"imported-{form}", nodes=1)
        other.up()
        eventually("a leader", other.complete, 15)
        code, _, err = taskraft("task", "import", path, url=other.url())
        report.check(code == 0, f"import of the exported {form}", f"{code}: {err[-300:]}")
        after = sorted(fields(item) for item in list_tasks(other.http(1)))
        report.check(before == after, f"tasks are the same after export and import by {form}",
                     f"{len(before)} and {len(after)} tasks")
        other.call("down")


def exit_codes(report, url):
    code, _, err = taskraft("task", "show", "999999", url=url)
    report.check(code == 1 and err, "a task that is not there: exit code 1", f"{code}: {err}")
    code, _, err = taskraft("task", "frobnicate", url=url)
    report.check(code == 64, "wrong use: exit code 64", code)
    code, _, err = taskraft("task", "import", "/nonexistent.csv", url=url)
    report.check(code not in (0, 3) and "/nonexistent.csv" in err,
                 "a file that is not there is named", f"{code}: {err}")
    code, _, err = taskraft("task", "list", url=f"http://127.0.0.1:{free_base(1)}", timeout=90)
    report.check(code in (1, 3) and err, "a node that does not answer is an error",
                 f"{code}: {err}")


GOOD = """cluster: taskraft
node:
  id: 1
  name: n1
initial_members: "1=127.0.0.1:8280,2=127.0.0.1:8281,3=127.0.0.1:8282"
data_dir: ./data
listen:
  http: 127.0.0.1:8080
  peer: 127.0.0.1:8280
store:
  url: sqlite
"""


def configuration(report):
    """config check names line, key and remedy."""
    path = os.path.join(report.directory, "taskraft.yaml")

    def check(text):
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        code, out, err = taskraft("config", "check", path)
        return code, out + err

    code, said = check(GOOD)
    report.check(code == 0, "config check takes a good file", said)
    for name, bad, line, key in (
        ("a wrong number", GOOD.replace("id: 1", "id: one"), 3, "id"),
        ("an unknown key", GOOD.replace("data_dir:", "data_dri:"), 6, "data_dri"),
        ("a bad address", GOOD.replace("http: 127.0.0.1:8080", "http: nowhere"), 8, "http"),
        ("an address off loopback", GOOD.replace("http: 127.0.0.1:8080", "http: 0.0.0.0:8080"),
         8, "http"),
    ):
        code, said = check(bad)
        report.check(code != 0 and str(line) in said and key in said,
                     f"config check names line {line} and key for {name}", f"{code}: {said}")
    code, said = check(GOOD + "  x: [")
    report.check(code != 0 and said, "config check refuses what is no YAML", said)


def main(report, options):
    configuration(report)
    commands(report, options.plan)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plan", default=os.path.join(ROOT, "Examples/plan.csv"))
    options = parser.parse_args()
    run("command-line", 120, lambda report: main(report, options))
