#!/usr/bin/env python3
"""Random scripts of commands, played on Debian's beanstalkd and on the server under test.

The answers must be the same, byte for byte, after what `differ/answers.py` lists. A difference is
shown with its seed, a shorter script that shows it too, and both transcripts.
"""

import argparse
import asyncio
import multiprocessing
import os
import queue
import random
import resource
import signal
import time
from collections import Counter

from servers import Server

from differ.play import Ambiguous, Player
from differ.script import Script, shown
from differ.shrink import shrink
from differ import timed
from harness import run

WORKERS = 3
# Scripts with time that were answered otherwise are played so often again.
ROUNDS = 4
# After so many differences the rest would only say the same again.
ENOUGH = 20
# A pair of servers lives this long: long enough to meet what earlier scripts left behind.
PER_PAIR = 50


class Pair:
    """The real one and the one under test, with the same past."""

    def __init__(self, subject, alter=0, log=None):
        self.servers = [Server("stock"), Server(subject, log=log, alter=alter)]
        self.players = []
        self._meet()

    def _meet(self):
        self.players = [Player(server.address, server.control) for server in self.servers]
        self.is_clean = True

    def compare(self, steps):
        """Both transcripts; equal ones are right."""
        real, tested = self.players
        try:
            guide = real.play(steps)
            mine = tested.play(steps, guide)
        except BaseException:
            self.is_clean = False
            raise
        self.is_clean = guide == mine and not guide[-1].leaves
        return guide, mine

    def renew(self):
        for player, server in zip(self.players, self.servers):
            player.close()
            server.stop()
            server.start()
        self._meet()

    def close(self):
        for server in self.servers:
            server.stop()


class Worker:
    """Plays its share of the seeds on a pair of its own."""

    def __init__(self, subject, alter=0, log=None):
        self.pair = Pair(subject, alter, log)
        self.played = 0

    def play(self, seed):
        """None when both said the same; "ambiguous"; else what was different."""
        if self.played and (self.played % PER_PAIR == 0 or not self.pair.is_clean):
            self.pair.renew()
        self.played += 1
        try:
            guide, mine = self.pair.compare(Script(seed).steps)
        except Ambiguous:
            return "ambiguous"
        except (OSError, TimeoutError) as problem:
            return [f"seed {seed}: {type(problem).__name__}: {problem}"]
        return None if guide == mine else (guide, mine)


def describe(subject, seed, steps, result):
    """The seed, the script, both transcripts, and how to see it again."""
    if isinstance(result, list):
        return "\n".join(result)
    lines = [f"seed {seed}"]
    for step, (real, mine) in enumerate(zip(*result)):
        lines.append("  " + (shown(steps[step], real.units) if step < len(steps) else "clean up"))
        if real == mine:
            lines += [f"      {line}" for line in real.lines()]
        else:
            lines += both(real.lines(), mine.lines(), subject)
    lines.append(f"  again: Tests/Beanstalk/differential.py --replay {seed}"
                 + (f" --subject {subject}" if subject != "taskraft" else ""))
    return "\n".join(lines)


def both(real, mine, subject):
    """Two lists of answers from where they part."""
    same = 0
    while same < min(len(real), len(mine)) and real[same] == mine[same]:
        same += 1
    lines = [f"      ({same} answers the same)"] if same else []
    if max(same + 1, len(real), len(mine)) == same + 1 == min(len(real), len(mine)):
        real, mine = real[:same] + parts(real, mine), mine[:same] + parts(mine, real)
    for name, answers in (("beanstalkd", real), (subject, mine)):
        rest = answers[same:]
        lines += [f"    {name:>10}: {line}" for line in rest[:8] or ["(nothing more)"]]
        lines += [f"    {name:>10}: (and {len(rest) - 8} more)"] * (len(rest) > 8)
    if len(real) == len(mine) == same:
        lines.append("      (other counters in stats)")
    return lines


def parts(one, other):
    """Of a last answer that is a document, the lines that the other has not."""
    other = other[-1].split("\\n")
    return [" | ".join(line for line in one[-1].split("\\n") if line not in other)]


def examine(subject, seed, result):
    """Makes the script shorter, on fresh servers each time."""
    steps = Script(seed).steps
    if isinstance(result, list):
        return describe(subject, seed, steps, result)
    pair = Pair(subject)
    try:
        def differs(candidate):
            try:
                pair.renew()
                found = pair.compare(candidate)
            except (Ambiguous, OSError):
                return None
            return found if found[0] != found[1] else None
        shorter, found = shrink(steps, differs, time.monotonic() + 15)
        if found is None:
            return ("(not again with fresh servers: chance, or what earlier scripts left)\n"
                    + describe(subject, seed, steps, result))
        steps, result = shorter, found
        return "(made shorter) " + describe(subject, seed, steps, result)
    finally:
        pair.close()


def repeats(subject, seed):
    """Whether the script is answered otherwise on fresh servers too. If not, a connection of an
    earlier script was not over yet on one of the two, or the machine was in a hurry."""
    for _ in range(3):
        pair = Pair(subject)
        try:
            found = pair.compare(Script(seed).steps)
            if found[0] != found[1]:
                return True
        except (Ambiguous, OSError):
            pass
        finally:
            pair.close()
    return False


def work(options, seeds, results, log):
    # Its servers end with it.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(1))
    worker, shown = Worker(options.subject, log=log), 0
    try:
        for seed in seeds:
            result = worker.play(seed)
            told = result
            if isinstance(result, tuple) and not repeats(options.subject, seed):
                told = "once"
            elif result not in (None, "ambiguous"):
                shown += 1
                told = examine(options.subject, seed, result) if shown <= 2 else f"seed {seed}"
            results.put((seed, told))
    finally:
        worker.pair.close()


def compare_many(report, options, log):
    seeds = range(options.seed, options.seed + options.scripts)
    report.figure("seeds", f"{seeds[0]} to {seeds[-1]}")
    context = multiprocessing.get_context("fork")
    results = context.Queue()
    workers = [context.Process(target=work, args=(options, seeds[each::WORKERS], results, log))
               for each in range(WORKERS)]
    began = time.monotonic()
    for worker in workers:
        worker.start()
        report.at_end(lambda worker=worker: (worker.terminate(), worker.join(10)))
    different, ambiguous, once, done = [], 0, 0, 0
    while done < len(seeds) and len(different) < ENOUGH:
        try:
            _, told = results.get(timeout=1)
        except queue.Empty:
            if not any(worker.is_alive() for worker in workers):
                break
            continue
        done += 1
        if told == "ambiguous":
            ambiguous += 1
        elif told == "once":
            once += 1
        elif told is not None:
            different.append(told)
            if len(different) <= 4:
                print(told, flush=True)
    report.figure("scripts without time, and seconds they took",
                  f"{done} in {time.monotonic() - began:.1f}")
    report.figure("scripts whose answer hangs on stock's own order, left out", ambiguous)
    report.check(done == len(seeds), "every script was played", f"{done} of {len(seeds)}")
    for worker in workers:
        worker.terminate()
    report.figure("scripts that were answered otherwise once, and never on fresh servers", once)
    report.check(ambiguous * 20 <= len(seeds), "few scripts are left out", ambiguous)
    report.check(once * 300 <= len(seeds), "hardly any is answered otherwise even once", once)
    report.clean([text.split("\n")[0] for text in different],
                 f"{done} scripts are answered as beanstalkd does")


def compare_timed(report, options, log):
    """A difference has to come back each time: once may be the machine's own hurry."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    seeds = range(options.seed, options.seed + options.timed)
    if options.replay_timed is not None:
        seeds = [options.replay_timed]
    servers = [Server("stock"), Server(options.subject, log=log)]
    report.at_end(lambda: [server.stop() for server in servers])
    addresses = [server.address for server in servers]
    nudged = [server.kind == "stock" for server in servers]
    began = time.monotonic()
    plays, hitches = asyncio.run(timed.play_all(seeds, addresses, nudged))
    found = [pair for pair in plays if timed.different(*pair)]
    once = len(found)
    clearly = sum(not any(map(hitches.touch, pair)) for pair in found)
    for _ in range(ROUNDS):
        again = [real.script.seed for real, _ in found]
        if again:
            pairs, _ = asyncio.run(timed.play_all(again, addresses, nudged, "again"))
            found = [pair for pair in pairs if timed.different(*pair)]
    report.figure("scripts with time, and seconds they took",
                  f"{len(plays)} in {time.monotonic() - began:.1f}")
    words = Counter(answer[0].split(b" ")[0].decode() for real, _ in plays
                    for heard in real.heard.values() for _, answer in heard)
    report.figure("answers in them", ", ".join(f"{word} {n}" for word, n in words.most_common()))
    report.figure("largest difference in time", f"{timed.farthest(plays) * 1000:.0f} ms")
    report.figure("different at first, of these while the test itself was not held up, and always",
                  f"{once}, {clearly}, {len(found)}")
    for pair in (plays[:1] if options.replay_timed is not None else found[:4]):
        print(timed.transcripts(*pair, options.subject))
    report.clean([f"timed seed {real.script.seed}" for real, _ in found],
                 f"{len(plays)} scripts with time are answered as beanstalkd does")
    report.check(clearly * 50 <= len(plays), "hardly any is answered otherwise even once", clearly)


def prove(report, scripts, every):
    """The comparison finds every spoilt answer of a real server, and nothing else."""
    path = os.path.join(report.directory, "altered.txt")
    worker = Worker("altered", every, path)
    missed, invented, found, altered = [], [], 0, 0
    try:
        for seed in range(scripts):
            before = told(path)
            result = worker.play(seed)
            spoilt = told(path) > before
            altered += spoilt
            found += spoilt and result is not None
            if spoilt and result is None:
                missed.append(seed)
            if not spoilt and result not in (None, "ambiguous"):
                invented.append(describe("altered", seed, Script(seed).steps, result))
    finally:
        worker.pair.close()
    report.figure("proof: scripts with a spoilt answer, found", f"{altered}, {found}")
    report.check(altered >= scripts // 20, "proof: answers are spoilt", altered)
    report.clean(missed, f"proof: every spoilt answer is found ({altered})")
    report.clean(invented, f"proof: nothing else is found in {scripts} scripts")


def told(path):
    """How many answers the proxy says that it has altered."""
    if not os.path.exists(path):
        return 0
    with open(path) as file:
        return sum(line.startswith("altered") for line in file)


def replay(report, options):
    pair = Pair(options.subject)
    report.at_end(pair.close)
    steps = Script(options.replay).steps
    result = pair.compare(steps)
    print(describe(options.subject, options.replay, steps, result))
    if not report.check(result[0] == result[1], f"seed {options.replay} is answered as beanstalkd"):
        print(examine(options.subject, options.replay, result))


def main(report, options):
    log = os.path.join(report.directory, "subject.log")
    if options.replay is not None:
        return replay(report, options)
    if options.replay_timed is not None:
        return compare_timed(report, options, log)
    if options.proof:
        prove(report, options.proof, 100)
    if options.scripts:
        compare_many(report, options, log)
    if options.timed:
        compare_timed(report, options, log)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--subject", choices=["taskraft", "stock", "altered"], default="taskraft")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    parser.add_argument("--scripts", type=int, default=3000)
    parser.add_argument("--timed", type=int, default=200)
    parser.add_argument("--proof", type=int, default=60, help="scripts to prove the test with")
    parser.add_argument("--replay", type=int, metavar="SEED")
    parser.add_argument("--replay-timed", type=int, metavar="SEED")
    options = parser.parse_args()
    run("differential", 280, lambda report: main(report, options))
