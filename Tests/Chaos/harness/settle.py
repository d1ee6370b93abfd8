"""The end of a run: wait until all nodes agree, stop them, hold everything against everything."""

from urllib.parse import quote

from .client import Client
from .oracle import verify
from .tables import differences, history, read_sqlite
from .waiting import poll

PROJECTED = ("tasks", "nodes", "task_history", "raft_state", "job_state", "queues", "jobs")
BASE_TABLES = PROJECTED + ("origins", "idempotency_keys", "job_bodies", "sessions", "unique_keys")
# What each batch touched: nodes have batches of their own.
OWN_TABLES = {"job_changes"}


def wait_converged(cluster, report, timeout=30, stores=False):
    """Each node, asked about itself: all applied what is committed, all bases at that index."""
    last = {}

    def converged():
        own = [node.own(cluster.client) for node in cluster.nodes]
        last["seen"] = own
        if not all(own):
            return False
        indexes = {each["applied"] for each in own}
        return (len(indexes) == 1
                and all(each["commit"] in indexes for each in own)
                and all(each["base"]["index"] in indexes for each in own)
                and (not stores or all(_store_ready(each, indexes) for each in own)))

    done = poll(converged, timeout)
    what = "applied, commit, base and store index" if stores else "applied, commit and base index"
    report.check(done, f"all nodes come to the same {what}", _brief(last["seen"]))
    hashes = {each["state_hash"] for each in last["seen"] if each}
    report.check(len(hashes) == 1, "all nodes have the same state hash", hashes)
    return done


def _store_ready(own, indexes):
    return own["store"]["state"] == "ok" and own["store"]["index"] in indexes


def _brief(seen):
    return "; ".join(
        "no answer" if each is None else
        f"n{each['id']} {each['role']} term {each['term']} commit {each['commit']} applied "
        f"{each['applied']} base {each['base']['index']} store {each['store']['index']} "
        f"{each['store']['state']}"
        for each in seen)


def compare_bases(cluster, report):
    """state.sqlite of every stopped node, all tables, row for row. Returns what they hold."""
    bases = {node.number: read_sqlite(node.database) for node in cluster.nodes}
    first = bases[1]
    missing = [name for name in BASE_TABLES if name not in first]
    report.clean(missing, "the base has all tables")
    for name in sorted(set().union(*bases.values()) - OWN_TABLES):
        problems = []
        for number, base in bases.items():
            if name not in base or name not in first:
                problems.append(f"node {number} or 1 has no {name}")
            elif number > 1:
                problems += differences(first[name], base[name], ("n1", f"n{number}"))
        rows = len(first[name].rows) if name in first else 0
        report.clean(problems, f"{name} is equal row for row in all bases ({rows} rows)")
    return bases


def compare_projections(projections, bases, report):
    """What each node's MySQL holds against that node's own base."""
    for number, projection in projections.items():
        for name in PROJECTED:
            if name not in projection:
                report.check(False, f"node {number}: {name} is in MySQL")
                continue
            # Either may keep more: what a restart needs, or what people look at.
            columns = [each for each in projection[name].columns
                       if each in bases[number][name].columns]
            problems = differences(
                bases[number][name], projection[name], ("base", "MySQL"), columns)
            report.clean(problems, f"node {number}: {name} in MySQL equals the base row for row "
                                   f"({len(projection[name].rows)} rows)")


def list_tasks(address, consistency=None):
    """Every live task, page by page."""
    client, items, cursor = Client(timeout=10), [], None
    suffix = f"&consistency={consistency}" if consistency else ""
    while True:
        path = "/v1/tasks?limit=500" + suffix + (f"&cursor={quote(cursor)}" if cursor else "")
        reply = client.get(address, path)
        if reply.status != 200:
            raise RuntimeError(f"list answered {reply}")
        page = reply.json()
        items += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            client.close()
            return items


def verify_load(ledger, base, items, report, load=None):
    """The oracle's word on one run."""
    verdict = verify(ledger, history(base["task_history"]), items,
                     load.is_token if load else lambda token: True)
    acknowledged = ledger.count("create") + ledger.count("update") + ledger.deletions()
    report.clean(verdict.lost, f"no acknowledged write is lost (of {acknowledged})")
    report.clean(verdict.twice, "no write is applied twice")
    report.clean(verdict.wrong, "history, versions and fields are as acknowledged")
    report.clean(ledger.problems, "every request has a proper answer")
