#!/usr/bin/env python3
"""Shows that the chaos programs find what they look for, on made-up cases and a real MariaDB."""

import copy
import os
import socket
import sqlite3
import time

from fake import Fake
from harness import (
    Client, ConnectionLost, Ledger, Load, MariaDB, Step, Table, differences, free_base, history,
    read_sqlite, run, verify, verify_jobs)
from harness.jobs import Book, Lease
from harness.mariadb import PASSWORD, USER
from harness.oracle import ACKNOWLEDGED, REFUSED, UNKNOWN, Write
from harness.tables import canonical


def change(before, after):
    return {"title": {"before": before, "after": after}}


def good_case():
    """A create, a patch, a delete: what was acknowledged is what happened."""
    ledger = Ledger()
    ledger.add(Write("a", "create", ACKNOWLEDGED, 1, 1, {"description": "d"}))
    ledger.add(Write("b", "update", ACKNOWLEDGED, 1, 2))
    ledger.add(Write("c", "create", ACKNOWLEDGED, 2, 1))
    ledger.add(Write("d", "update", REFUSED, 1))
    ledger.add(Write("e", "create", UNKNOWN))
    ledger.deleted[2] = ACKNOWLEDGED
    steps = [
        Step(4, 0, 1, "create", change(None, "a")), Step(5, 0, 2, "create", change(None, "c")),
        Step(6, 0, 1, "update", change("a", "b")), Step(8, 0, 2, "delete", {}),
    ]
    items = [{"id": 1, "version": 2, "title": "b", "description": "d"}]
    return ledger, steps, items


def oracle(report):
    def case(text, kind, alter):
        ledger, steps, items = good_case()
        alter(ledger, steps, items)
        verdict = verify(ledger, steps, items)
        report.check(getattr(verdict, kind), f"the oracle finds {text}", verdict)

    verdict = verify(*good_case())
    report.check(not (verdict.lost or verdict.twice or verdict.wrong),
                 "the oracle finds nothing where all is well", verdict)
    ledger, steps, items = good_case()
    steps.append(Step(9, 0, 3, "create", change(None, "e")))
    items.append({"id": 3, "version": 1, "title": "e", "description": ""})
    verdict = verify(ledger, steps, items)
    report.check(not (verdict.lost or verdict.twice or verdict.wrong),
                 "a write without an answer may have happened", verdict)
    case("a lost create", "lost", lambda ledger, steps, items: (steps.pop(0), items.clear()))
    case("a lost patch", "lost", lambda ledger, steps, items: steps.pop(2))
    case("a lost delete", "lost", lambda ledger, steps, items: steps.pop(3))
    case("a task missing from the list", "lost", lambda ledger, steps, items: items.clear())
    case("a patch applied twice", "twice",
         lambda ledger, steps, items: steps.append(Step(9, 0, 1, "update", change("b", "b"))))
    case("a create applied twice", "twice",
         lambda ledger, steps, items: steps.append(Step(9, 0, 3, "create", change(None, "a"))))
    case("a refused patch that was applied", "wrong",
         lambda ledger, steps, items: steps.append(Step(9, 0, 1, "update", change("b", "d"))))
    case("a title nobody wrote", "wrong",
         lambda ledger, steps, items: steps.append(Step(9, 0, 1, "update", change("b", "z"))))
    case("a delete nobody asked for", "wrong",
         lambda ledger, steps, items: steps.append(Step(9, 0, 1, "delete", {})))
    case("a deleted task in the list", "wrong",
         lambda ledger, steps, items: items.append(
             {"id": 2, "version": 2, "title": "c", "description": ""}))
    case("a changed field", "wrong",
         lambda ledger, steps, items: items[0].update(description="other"))
    case("a wrong version", "wrong", lambda ledger, steps, items: items[0].update(version=3))
    case("a broken chain of values", "wrong",
         lambda ledger, steps, items: steps[2].changes.update(change("x", "b")))
    case("a patch on another task", "wrong",
         lambda ledger, steps, items: setattr(ledger.writes[1], "task", 2))
    case("an id given twice", "wrong",
         lambda ledger, steps, items: setattr(ledger.writes[2], "task", 1))


def writers(report):
    """Real writers against a stand-in that refuses, forgets to answer and hangs up."""
    def attempt(fault):
        fake = Fake(fault)
        load = Load(fake.addresses, writers=8, name="w", patience=5).start()
        time.sleep(1.0)
        ended = load.stop()
        fake.stop()
        return fake, load, ended

    fake, load, ended = attempt(None)
    verdict = verify(load.ledger(), fake.steps, fake.items(), load.is_token)
    answers = load.answers()
    report.check(ended and load.acknowledged() > 200, "writers get through trouble",
                 load.acknowledged())
    report.check(answers[503] and answers[504] and answers["lost"], "the trouble was there",
                 dict(answers))
    report.clean(verdict.lost + verdict.twice + verdict.wrong + load.ledger().problems,
                 "and an honest cluster is found honest")
    report.check(0 < load.longest_gap() < 1, "the longest gap is measured", load.longest_gap())
    fake, load, _ = attempt("forget keys")
    verdict = verify(load.ledger(), fake.steps, fake.items(), load.is_token)
    report.check(verdict.twice, "a cluster that forgets keys is found out", verdict)
    fake, load, _ = attempt("lose")
    verdict = verify(load.ledger(), fake.steps, fake.items(), load.is_token)
    report.check(verdict.lost, "a cluster that loses writes is found out", verdict)
    fake, load, _ = attempt("ignore versions")
    verdict = verify(load.ledger(), fake.steps, fake.items(), load.is_token)
    report.check(verdict.wrong or load.ledger().problems,
                 "a cluster that ignores versions is found out")


class Findings:
    """Takes the place of a report: keeps what did not hold."""

    def __init__(self):
        self.found = []

    def clean(self, problems, text):
        self.found += [f"{text}: {problem}" for problem in problems]

    def figure(self, name, value):
        pass


def good_book():
    """Two jobs: one worked off at once, one that two workers had, one after the other."""
    book = Book()
    for token, number in (("a", 1), ("b", 2)):
        book.acknowledged[token], book.attempts[token] = number, 1
        book.bodies[number] = token
    book.leases = [Lease(1, 1, "w-1", 10.0, 10.1, 10.2, "deleted"),
                   Lease(2, 1, "w-1", 11.0, 11.1, 15.0, "open"),
                   Lease(2, 2, "w-2", 14.9, 15.1, 15.2, "deleted")]
    book.finished = {1: 10.3, 2: 15.3}
    return book


def jobs(report):
    def findings(alter, **how):
        book, sink = good_book(), Findings()
        alter(book)
        verify_jobs(sink, book, **how)
        return sink.found

    def case(text, alter, **how):
        report.check(findings(alter, **how), f"the oracle of jobs finds {text}")

    def again(book):
        book.bodies[3] = "a"

    report.clean(findings(lambda book: None), "the oracle of jobs finds nothing in a good run")
    report.clean(findings(lambda book: (book.finished.pop(2), book.maybe_finished.add(2))),
                 "a job whose deletion was not answered may be gone")
    case("a lost job", lambda book: book.finished.pop(1))
    case("a job that came back", lambda book: book.finished.update({2: 14.0}))
    case("two holders at once", lambda book: setattr(book.leases[2], "begins", 14.95))
    report.clean(findings(lambda book: setattr(book.leases[2], "begins", 14.95),
                          kills=[(1, 14.0)]), "one whose node was killed holds nothing any more")
    case("two holders by tokens that outlive their node",
         lambda book: setattr(book.leases[2], "begins", 14.95), kills=[(1, 14.0)], attached=False)
    case("a job that is there twice", again)
    report.clean(findings(lambda book: (again(book), book.attempts.update({"a": 1}))),
                 "a job may be there as often as it may have been put")
    case("a job that nobody put", lambda book: book.attempts.pop("a"))
    case("a number given twice", lambda book: book.acknowledged.update(b=1))
    case("another job than was put", lambda book: book.bodies.update({1: "b", 2: "a"}))


ROWS = [
    (1, "plain", b"\x00\xff\n", None, "2026-11-21 04:33:23.123", "2026-12-01", -1),
    (2, "tab\tline\nback\\slash 'quote' \"日本🎉\" NULL \\N ", b"", "",
     "2026-11-21 04:33:23.000", None, 2**62),
]


def make_sqlite(path):
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE tasks (id INTEGER PRIMARY KEY, title VARCHAR(255), body BLOB,"
                       " note TEXT, created TEXT, due TEXT, hash BIGINT)")
    connection.execute("CREATE VIRTUAL TABLE words USING fts5(title)")
    connection.execute(
        "CREATE TABLE task_history (log_index, ordinal, task_id, command, changes)")
    connection.executemany("INSERT INTO tasks VALUES (?, ?, ?, ?, ?, ?, ?)", ROWS)
    connection.execute("INSERT INTO task_history VALUES (3, 0, 1, 'create', '{}')")
    connection.commit()
    connection.close()


def tables(report):
    path = os.path.join(report.directory, "a.sqlite")
    make_sqlite(path)
    found = read_sqlite(path)
    report.check(set(found) == {"tasks", "task_history"}, "tables without indexes of words",
                 set(found))
    report.check(history(found["task_history"]) == [Step(3, 0, 1, "create", {})],
                 "history is read from its table")
    same = copy.deepcopy(found["tasks"])
    same.rows.reverse()
    report.clean(differences(found["tasks"], same), "the order of rows makes no difference")
    same.rows[0] = same.rows[0][:1] + ("other",) + same.rows[0][2:]
    report.check(len(differences(found["tasks"], same)) == 2, "a changed value is found")
    double = Table(found["tasks"].columns, found["tasks"].rows + found["tasks"].rows[:1])
    report.check(differences(found["tasks"], double), "a row too many is found")
    report.check(canonical(-1, "bigint(20) unsigned") == canonical(b"18446744073709551615",
                                                                   "bigint(20) unsigned"),
                 "the same 64 bits are the same number")
    report.check(canonical("2026-11-21T04:33:23.123Z", "datetime(3)")
                 == canonical(b"2026-11-21 04:33:23.123", "datetime(3)")
                 == canonical(1795235603123, "datetime(3)"), "a time is a time in any form")
    return found


def mariadb(report, base):
    first = MariaDB(report, "first")
    began = time.monotonic()
    first.set_up()
    first.start()
    report.figure("MariaDB set up and started", f"{time.monotonic() - began:.1f} s")
    first.create_user()
    fill(first)
    for name in ("tasks",):
        problems = differences(base[name], first.tables("a-1")[name], ("SQLite", "MariaDB"))
        report.clean(problems, "rows in MariaDB equal those in SQLite, whatever they hold")
    first.sql("UPDATE tasks SET title = concat(title, ' ') WHERE id = 2", "a-1")
    report.check(len(differences(base["tasks"], first.tables("a-1")["tasks"])) == 2,
                 "a space at the end makes a difference")
    first.stop()
    second = MariaDB(report, "second")
    second.set_up(template=first)
    second.start()
    report.check("a-1" in second.databases(), "a copied server has the same databases")
    outages(report, second)


def fill(server):
    server.sql("CREATE DATABASE `a-1` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
    server.sql("CREATE TABLE tasks (id BIGINT PRIMARY KEY, title VARCHAR(255), body LONGBLOB, "
               "note TEXT, created DATETIME(3), due DATE, hash BIGINT UNSIGNED)", "a-1")
    for row in ROWS:
        server.sql(f"INSERT INTO tasks VALUES ({', '.join(literal(each) for each in row)})", "a-1")


def literal(value):
    if value is None:
        return "NULL"
    if isinstance(value, int):
        return str(value % (1 << 64))
    data = value if isinstance(value, bytes) else value.encode()
    digits = f"X'{data.hex()}'"
    return digits if isinstance(value, bytes) else f"CONVERT({digits} USING utf8mb4)"


def outages(report, server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=5):
        pass
    server.pause()
    began = time.monotonic()
    try:
        server.sql("SELECT 1", timeout=1)
        hung = False
    except Exception:
        hung = time.monotonic() - began >= 1
    server.resume()
    report.check(hung and server.answers(), "a stopped server hangs and goes on")
    server.kill()
    server.start()
    report.check("a-1" in server.databases(), "a killed server comes back with its databases")
    shown = server.sql(f"SHOW GRANTS FOR '{USER}'")[0][0]
    report.check("ALL PRIVILEGES" in shown and PASSWORD not in shown, "the user may do all")


def ports_and_clients(report):
    base = free_base()
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", base + 201))
        holder.listen()
        report.check(all(free_base() != base for _ in range(20)), "taken ports are not given out")
        client = Client(timeout=0.3)
        try:
            client.get(f"127.0.0.1:{base + 201}", "/")
            report.check(False, "silence is an error")
        except ConnectionLost as loss:
            report.check(loss.timed_out, "silence is an error that says so", loss)
    try:
        client.get(f"127.0.0.1:{base}", "/")
        report.check(False, "nobody there is an error")
    except ConnectionLost as loss:
        report.check(not loss.timed_out, "nobody there is an error", loss)


def main(report):
    oracle(report)
    jobs(report)
    ports_and_clients(report)
    writers(report)
    mariadb(report, tables(report))


if __name__ == "__main__":
    run("test-harness", 120, main)
