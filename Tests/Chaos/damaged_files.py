#!/usr/bin/env python3
"""Bytes of a node's files change while it is down: it says what is wrong and is healed by the
others, or refuses to start and says what to do. Nothing that was acknowledged is lost."""

import argparse
import os
import random
import re
import shutil
import sqlite3
import struct
import tempfile
import time

from harness import (
    Cluster, Load, compare_bases, eventually, flip, list_tasks, places, poll, run, verify_load,
    wait_converged)

# What a node says of damage that it can mend, and what it advises where it cannot.
NOTICED = r"damaged|acknowledged entries are missing"
REMEDY = r"join again|Restore the file system|put the base back|restart"
# What the peers say where only they know that something is missing.
TURNED_AWAY = r"refused this node: .* old copy.* Put the newest one back"
# How many further places of each file are spoilt, spread at random.
SPREAD = 8


class Patient:
    """The node whose files are spoilt, again and again."""

    def __init__(self, report, cluster, node, load):
        self.report, self.cluster, self.node, self.load = report, cluster, node, load
        self.healed, self.refused, self.silent = [], [], []

    def path(self, file):
        return os.path.join(self.node.data, file)

    def spoil(self, name, damage, noticed=False, refuses=None):
        """Kills the node in the middle of its work, does the damage and starts it again.

        `noticed`: what was spoilt is in use, so the node must have said so. `refuses`: whether
        it must, or must not, refuse to start; None where both are right.
        """
        saved = self.node.data + ".saved"
        for _ in range(10):
            self._write_a_little()
            if noticed:
                time.sleep(0.25)  # The mark may lag behind the log for a tenth of a second.
            self.node.kill()
            # A socket is no file, and the node makes it anew.
            shutil.copytree(self.node.data, saved, ignore=shutil.ignore_patterns("*.sock"))
            if damage() is not False:
                break
            # The write-ahead log had just begun anew: what was there before is at home already.
            shutil.rmtree(saved)
            self.node.start()
            self.cluster.wait_ready(20, [self.node])
        else:
            self.report.check(False, f"{name}: there is something to spoil")
            return
        offset = self.node.log_size()
        self.node.start()
        if self._ready(offset):
            self._check_healed(name, offset, noticed, refuses)
        else:
            self._check_refused(name, offset, refuses)
            # It did nothing with them, so its data as they were are no old copy.
            self.node.kill()
            self.node.wipe()
            os.rename(saved, self.node.data)
            self.node.start()
            self.cluster.wait_ready(20, [self.node])
        shutil.rmtree(saved, ignore_errors=True)

    def _write_a_little(self):
        """Until the node has new entries of its own, some on disk and some on their way."""
        before = self.load.acknowledged()
        eventually("writes are acknowledged",
                   lambda: self.load.acknowledged() > before + 40, 20, 0.02)

    def _ready(self, offset):
        """Until it serves (healed, if need be), has ended, or is turned away."""
        def decided():
            if not self.node.alive or self.node.log_lines(TURNED_AWAY, offset):
                return "refused"
            own = self.node.own(self.cluster.client)
            return own and not own["repairing"] and own["role"] in ("follower", "leader") \
                and own["applied"] >= own["commit"] > 0 and "serves"
        answer = poll(decided, 15, 0.02)
        if not answer:
            self.report.check(False, "a node with damaged files comes back or refuses to",
                              self.node.own(self.cluster.client))
            self.node.kill()
        return answer == "serves"

    def _check_healed(self, name, offset, noticed, refuses):
        lines = self.node.log_lines(NOTICED, offset)
        (self.healed if lines else self.silent).append(name)
        wrong = [line for line in lines if self.node.data not in line]
        if noticed or wrong or refuses:
            self.report.check(lines and not wrong and not refuses,
                              f"{name}: the node says what is wrong with which file, and is "
                              "healed", lines or self.node.log_lines("", offset)[-3:])

    def _check_refused(self, name, offset, refuses):
        self.refused.append(name)
        turned_away = self.node.log_lines(TURNED_AWAY, offset)
        if turned_away and refuses is None:
            return
        code = self.node.process.returncode
        lines = self.node.log_lines("", offset)
        last = lines[-1] if lines else ""
        helps = self.node.data in last and re.search(REMEDY, last)
        self.report.check(code not in (None, 0) and code > 0 and helps and refuses is not False,
                          f"{name}: the node refuses, names the file and says what to do",
                          f"exit code {code}: {last}")


def empty_write_ahead(database):
    """Moves all pages home, so that the file itself holds what is in use."""
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def ask(database, statement):
    """The rows of a query, made on a copy: to open a file with its write-ahead log changes both."""
    with tempfile.TemporaryDirectory() as folder:
        copy = os.path.join(folder, os.path.basename(database))
        for end in ("", "-wal"):
            if os.path.exists(database + end):
                shutil.copy(database + end, copy + end)
        connection = sqlite3.connect(copy)
        rows = connection.execute(statement).fetchall()
        connection.close()
    return rows


def page_of(database, table):
    """Where the root page of a table begins, and how long it is."""
    page = ask(database, f"SELECT rootpage FROM sqlite_master WHERE name = '{table}'")[0][0]
    size = ask(database, "PRAGMA page_size")[0][0]
    return (page - 1) * size, size


def flip_each(path, needle):
    """A byte in the middle of each copy of what was stored; False if there is none. Pages that
    are not in use any more may hold some."""
    found = places(path, needle)
    for place in found:
        flip(path, place + len(needle) // 2)
    return bool(found)


def flip_rows(path, table, count):
    """The last byte, of its checksum, in each of the first rows of a table of one small page."""
    empty_write_ahead(path)
    start, size = page_of(path, table)
    with open(path, "rb") as file:
        file.seek(start)
        page = file.read(size)
    for number in range(count):
        cell = int.from_bytes(page[8 + 2 * number:10 + 2 * number], "big")
        # One byte tells its length, one its key.
        flip(path, start + cell + 1 + page[cell])


def in_use(ahead):
    """How far the frames of a write-ahead log reach that belong to its present header."""
    with open(ahead, "rb") as file:
        content = file.read()
    size = 24 + int.from_bytes(content[8:12], "big")
    end = 32
    while content[end + 8:end + 16] == content[16:24]:
        end += size
    return end


def spoil_entry(log, chance):
    """An entry in the file, where it is moved to when the write-ahead log is emptied."""
    empty_write_ahead(log)
    rows = ask(log, "SELECT payload FROM entries WHERE length(payload) > 60 ORDER BY idx")
    return flip_each(log, chance.choice(rows)[0])


def marked(log):
    """The entry up to which the mark says that all was acknowledged."""
    with open(os.path.join(os.path.dirname(log), "mark"), "rb") as file:
        content = file.read()
    slots = [struct.unpack_from("<QQQQ", content, at) for at in (0, 4096)]
    return max(slots, key=lambda slot: slot[1])[3]


def recent_entries(log, ahead, also_at_home=True):
    """Where entries stand in the write-ahead log that nobody can take for a torn end: of what
    came after the mark, at most a tenth of a second, only the peers know that it was there. Some
    were moved to the file already, and are here because something was added to their page."""
    end = in_use(ahead)
    rows = ask(log, "SELECT payload FROM entries WHERE length(payload) > 60 AND idx <= "
                    f"{marked(log)} ORDER BY idx DESC LIMIT 20")
    if not also_at_home:
        rows = [row for row in rows if not places(log, row[0])]
    found = [[at for at in places(ahead, row[0]) if at < end] for row in rows]
    return [each for each in found if each]


def spoil_recent_entry(log, ahead, chance):
    entries = recent_entries(log, ahead)
    for at in chance.choice(entries) if entries else []:
        flip(ahead, at + 30)
    return bool(entries)


def cut_recent_entries(log, ahead):
    entries = recent_entries(log, ahead, also_at_home=False)
    if entries:
        os.truncate(ahead, entries[0][0])
    return bool(entries)


def log_records(patient, chance):
    """Records of the log: in the write-ahead log, and in the file where they are moved to."""
    log, ahead = patient.path("raft.sqlite"), patient.path("raft.sqlite-wal")
    for _ in range(4):
        patient.spoil("an entry in raft.sqlite-wal",
                      lambda: spoil_recent_entry(log, ahead, chance), noticed=True,
                      refuses=False)
    for _ in range(4):
        patient.spoil("an entry in raft.sqlite", lambda: spoil_entry(log, chance), noticed=True,
                      refuses=False)
    patient.spoil("the header of raft.sqlite-wal", lambda: flip(ahead, 8), noticed=True,
                  refuses=False)
    patient.spoil("raft.sqlite-wal is cut off", lambda: cut_recent_entries(log, ahead),
                  noticed=True, refuses=False)
    patient.spoil("the header of raft.sqlite", lambda: (empty_write_ahead(log), flip(log, 2)),
                  refuses=True)
    patient.spoil("half of raft.sqlite",
                  lambda: (empty_write_ahead(log), halve(log)), noticed=True)
    patient.spoil("raft.sqlite is missing", lambda: remove(log, ahead), refuses=True)


def halve(database):
    """Cuts a file in half, between two pages."""
    os.truncate(database, os.path.getsize(database) // 8192 * 4096)


def remove(*paths):
    for path in paths:
        if os.path.exists(path):
            os.remove(path)


def small_files(patient):
    """Term and vote, which are there twice, the meta data and the mark."""
    log, mark = patient.path("raft.sqlite"), patient.path("mark")
    patient.spoil("one copy of term and vote", lambda: flip_rows(log, "hard_state", 1),
                  refuses=False)
    patient.spoil("both copies of term and vote", lambda: flip_rows(log, "hard_state", 2),
                  refuses=True)
    patient.spoil("the meta data", lambda: flip_rows(log, "meta", 1), refuses=True)
    patient.spoil("one slot of the mark", lambda: flip(mark, 20), refuses=False)
    patient.spoil("both slots of the mark", lambda: (flip(mark, 20), flip(mark, 4116)),
                  refuses=False)
    patient.spoil("the mark is missing", lambda: remove(mark), refuses=False)


def base_files(patient):
    """Everything in the base can be made again from a log that still begins with entry 1."""
    base, ahead = patient.path("state.sqlite"), patient.path("state.sqlite-wal")

    def spoil_row():
        empty_write_ahead(base)
        rows = ask(base, "SELECT title, description, status FROM tasks "
                         "WHERE deleted_at IS NULL AND length(description) < 100")
        # The columns follow each other here, and nowhere else.
        return bool(rows) and flip_each(base, "".join(rows[len(rows) // 2]).encode())

    damages = {
        "a row of state.sqlite": spoil_row,
        "the header of state.sqlite": lambda: (empty_write_ahead(base), flip(base, 2)),
        "half of state.sqlite": lambda: (empty_write_ahead(base), halve(base)),
    }
    for name, damage in damages.items():
        patient.spoil(name, damage, noticed=True, refuses=False)
    patient.spoil("state.sqlite is missing", lambda: remove(base, ahead), refuses=False)


def base_without_log(patient):
    """By now the log has lost entries that the base held, so it goes on from the base."""
    base, ahead = patient.path("state.sqlite"), patient.path("state.sqlite-wal")
    patient.spoil("state.sqlite is missing, and the log does not begin with entry 1",
                  lambda: remove(base, ahead), refuses=True)


def spread(patient, chance):
    """Anywhere: what is not in use may pass in silence, but nothing wrong may be served."""
    for file in ("raft.sqlite", "raft.sqlite-wal", "mark"):
        path = patient.path(file)
        for _ in range(SPREAD):
            def damage():
                where = chance.randrange(os.path.getsize(path))
                flip(path, where, 1 << chance.randrange(8))
                patient.report.note(f"{file}: byte {where}")
            patient.spoil(f"any byte of {file}", damage)


def main(report, seed):
    report.figure("seed", seed)
    chance = random.Random(seed)
    cluster = Cluster(report)
    cluster.start_all()
    node = cluster.node(3)
    load = Load([each.http for each in cluster.nodes if each is not node], writers=4,
                name="damage", pause=0.002).start()
    eventually("the base has rows", lambda: node.own(cluster.client)["base"]["index"] > 200, 20)
    patient = Patient(report, cluster, node, load)
    began = time.monotonic()
    base_files(patient)
    log_records(patient, chance)
    small_files(patient)
    base_without_log(patient)
    spread(patient, chance)
    report.figure("damages", f"{len(patient.healed)} noticed and healed, {len(patient.refused)} "
                             f"refused, {len(patient.silent)} without effect, "
                             f"{time.monotonic() - began:.0f} s")
    report.figure("without effect", ", ".join(patient.silent))
    report.check(load.stop(), "all writers end")
    report.figure("acknowledged writes", load.acknowledged())
    wait_converged(cluster, report)
    items = list_tasks(cluster.addresses[2])
    report.check(all(each.alive for each in cluster.nodes), "no node stopped by itself")
    cluster.stop_all(report)
    verify_load(load.ledger(), compare_bases(cluster, report)[3], items, report)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    options = parser.parse_args()
    run("damaged-files", 180, lambda report: main(report, options.seed))
