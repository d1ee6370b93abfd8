"""What a program that speaks to beanstalkd depends on, one function each.

`t` has clients `t.one`, `t.two`, `t.three`, each with a connection of its own to one of the nodes,
and a fresh tube that all of them use and watch, alone.
"""

import time

from remote import Missing, Refused, job

STATS_JOB = {"id", "tube", "state", "pri", "age", "delay", "ttr", "time-left", "file", "reserves",
             "timeouts", "releases", "buries", "kicks"}
STATS_TUBE = {"name", "current-jobs-urgent", "current-jobs-ready", "current-jobs-reserved",
              "current-jobs-delayed", "current-jobs-buried", "total-jobs", "current-using",
              "current-watching", "current-waiting", "cmd-delete", "cmd-pause-tube", "pause",
              "pause-time-left"}
STATS = {
    *(f"current-jobs-{state}" for state in ("urgent", "ready", "reserved", "delayed", "buried")),
    *(f"cmd-{name}" for name in (
        "put", "peek", "peek-ready", "peek-delayed", "peek-buried", "reserve",
        "reserve-with-timeout", "delete", "release", "use", "watch", "ignore", "bury", "kick",
        "touch", "stats", "stats-job", "stats-tube", "list-tubes", "list-tube-used",
        "list-tubes-watched", "pause-tube")),
    *(f"current-{name}" for name in ("tubes", "connections", "producers", "workers", "waiting")),
    *(f"binlog-{name}" for name in ("oldest-index", "current-index", "records-migrated",
                                    "records-written", "max-size")),
    "job-timeouts", "total-jobs", "max-job-size", "total-connections", "pid", "version",
    "rusage-utime", "rusage-stime", "uptime", "draining", "id", "hostname", "os", "platform",
}
# How much later than a whole second something may come: the machine may be busy. How late things
# are is measured in timing.py.
LATE = 3.0


def refuses(t, word, client, name, *arguments):
    """The call must be refused with this word."""
    try:
        answer = client.call(name, *arguments)
    except Refused as refusal:
        t.check(refusal.word == word, f"{name} is refused with {word}", refusal.word)
    else:
        t.check(False, f"{name} is refused with {word}", answer)


def state(t, client, number, **wanted):
    found = client.call("stats_job", number)
    other = {key: found.get(key.replace("_", "-")) for key, value in wanted.items()
             if found.get(key.replace("_", "-")) != value}
    t.check(not other, f"stats-job says {wanted}", found)


def took(t, began, seconds, what):
    passed = time.monotonic() - began
    t.check(seconds <= passed < seconds + LATE, f"{what} after {seconds:g} s", f"{passed:.3f} s")


# Jobs

def put_reserve_delete(t):
    number = t.one.put(b"hello")
    t.check(number > 0, "put answers a number", number)
    state(t, t.two, number, state="ready", pri=1024, ttr=60, tube=t.tube, reserves=0)
    t.equal(t.two.reserve(), (number, b"hello"), "reserve answers the job")
    state(t, t.one, number, state="reserved", reserves=1)
    t.two.call("delete", number)
    refuses(t, "NOT_FOUND", t.one, "stats_job", number)


def numbers_rise(t):
    numbers = [client.put(b"x") for client in (t.one, t.two, t.three, t.one)]
    t.check(numbers == sorted(set(numbers)), "numbers rise, whoever puts", numbers)


def priorities(t):
    low, high, lower, same = (t.one.put(b"%d" % pri, pri) for pri in (5, 0, 4294967295, 5))
    got = [t.two.reserve()[0] for _ in range(4)]
    t.equal(got, [high, low, same, lower], "the most urgent comes first, then the oldest")


def any_bytes(t):
    for body in (bytes(range(256)), b"", b"\r\n", b"a\r\ndelete 1\r\n", b"\xff\xfe", b"x\r"):
        number = t.one.put(body)
        t.equal(t.two.reserve(), (number, body), "a body comes back byte for byte")
        t.two.call("delete", number)


def largest(t):
    body = bytes(range(255)) * 257
    number = t.one.put(body)
    t.equal(t.two.reserve(), (number, body), "a body of 65,535 bytes comes back")
    try:
        answer = t.one.put(body + b"x")
    except Refused as refusal:
        t.equal(refusal.word, "JOB_TOO_BIG", "one byte more is refused")
    else:
        t.check(False, "one byte more is refused", answer)
    t.check(t.one.put(b"after") > number, "and the connection goes on")


def unknown_jobs(t):
    for name, *arguments in (("delete",), ("release", 0, 0), ("bury", 0), ("touch",),
                             ("kick_job",), ("stats_job",), ("peek",)):
        t.maybe(lambda: refuses(t, "NOT_FOUND", t.one, name, 999_999_999_999, *arguments))


def jobs_of_others(t):
    number = t.one.put(b"mine")
    t.one.reserve()
    for name, *arguments in (("delete",), ("release", 0, 0), ("bury", 0), ("touch",)):
        t.maybe(lambda: refuses(t, "NOT_FOUND", t.two, name, number, *arguments))
    t.equal(t.maybe(lambda: t.two.take("peek", number), (number, b"mine")), (number, b"mine"),
            "another may look at it")
    t.one.call("delete", number)


def release(t):
    number = t.one.put(b"x", 10)
    t.one.reserve()
    t.one.call("release", number, 3, 0)
    state(t, t.two, number, state="ready", pri=3, releases=1, reserves=1)
    t.equal(t.two.reserve()[0], number, "a released job can be had at once")


def release_later(t):
    number = t.one.put(b"x")
    t.one.reserve()
    began = time.monotonic()
    t.one.call("release", number, 1024, 1)
    state(t, t.two, number, state="delayed", delay=1)
    t.equal(t.two.reserve(5)[0], number, "a released job comes back")
    took(t, began, 1, "it comes")


def bury_and_kick(t):
    numbers = [t.one.put(b"%d" % each) for each in range(3)]
    for number in numbers:
        t.one.reserve()
        t.one.call("bury", number, 7)
    state(t, t.two, numbers[0], state="buried", pri=7, buries=1)
    refuses_nothing_ready(t)
    t.equal(t.two.take("peek_buried"), (numbers[0], b"0"), "the oldest buried is seen first")
    t.equal(t.two.call("kick", 2), 2, "kick answers how many it moved")
    t.equal([t.one.reserve()[0] for _ in range(2)], numbers[:2], "the oldest are kicked")
    state(t, t.two, numbers[0], kicks=1)
    t.equal(t.two.call("kick", 10), 1, "kick moves what there is")
    t.equal(t.two.call("kick", 10), 0, "and then nothing")


def refuses_nothing_ready(t):
    refuses(t, "TIMED_OUT", t.two, "reserve", 0)


def kick_one(t):
    buried, delayed = t.one.put(b"b", 0), t.one.put(b"d", 0, 1000)
    t.one.reserve()
    t.one.call("bury", buried, 0)
    for number in (delayed, buried):
        t.two.call("kick_job", number)
        state(t, t.two, number, state="ready", kicks=1)
    refuses(t, "NOT_FOUND", t.two, "kick_job", buried)


def kick_delayed(t):
    numbers = [t.one.put(b"x", 0, 1000) for _ in range(3)]
    t.equal(t.two.call("kick", 2), 2, "with nothing buried, kick moves delayed jobs")
    got = [t.two.reserve()[0] for _ in range(2)]
    t.check(set(got) < set(numbers), "they are ready", got)


def peeks(t):
    for name in ("peek_ready", "peek_delayed", "peek_buried"):
        refuses(t, "NOT_FOUND", t.one, name)
    ready, delayed = t.one.put(b"r"), t.one.put(b"d", 0, 1000)
    t.equal(t.two.take("peek_ready"), (ready, b"r"), "peek-ready")
    t.equal(t.two.take("peek_delayed"), (delayed, b"d"), "peek-delayed")
    t.maybe(lambda: t.equal(t.two.take("peek", delayed), (delayed, b"d"), "peek"))
    state(t, t.two, ready, state="ready", reserves=0)


def reserve_one(t):
    first, second = t.one.put(b"1"), t.one.put(b"2")
    t.equal(t.two.take("reserve_job", second), (second, b"2"), "a job can be had by its number")
    refuses(t, "NOT_FOUND", t.one, "reserve_job", second)
    t.equal(t.one.reserve()[0], first, "the others stay")


# Waiting

def timeouts(t):
    began = time.monotonic()
    refuses(t, "TIMED_OUT", t.one, "reserve", 0)
    t.check(time.monotonic() - began < 0.5, "no wait for 0 s", time.monotonic() - began)
    began = time.monotonic()
    refuses(t, "TIMED_OUT", t.one, "reserve", 1)
    took(t, began, 1, "TIMED_OUT comes")


def woken(t):
    t.two.start("reserve", 10)
    t.check(not t.two.is_done(0.2), "reserve waits while there is nothing")
    began = time.monotonic()
    number = t.one.put(b"now")
    t.equal(job(t.two.finish()), (number, b"now"), "and is answered with what is put")
    t.check(time.monotonic() - began < LATE, "soon", f"{time.monotonic() - began:.3f} s")


def waits_for_ever(t):
    t.two.start("reserve", None)
    if t.two.is_done(0.3):
        t.two.finish()  # The client may not have it.
        t.check(False, "reserve without a limit waits")
    number = t.one.put(b"x")
    t.equal(job(t.two.finish())[0], number, "until there is a job")


def first_come(t):
    t.two.start("reserve", 10)
    time.sleep(0.3)
    t.three.start("reserve", 10)
    time.sleep(0.3)
    numbers = [t.one.put(b"1"), t.one.put(b"2")]
    got = [job(t.two.finish())[0], job(t.three.finish())[0]]
    t.equal(got, numbers, "who has waited longest is served first")


def delayed(t):
    began = time.monotonic()
    number = t.one.put(b"x", 1024, 1)
    state(t, t.two, number, state="delayed", delay=1)
    t.equal(t.two.reserve(5)[0], number, "a delayed job comes")
    took(t, began, 1, "it comes")


def time_to_run(t):
    number = t.one.put(b"x", 1024, 0, 1)
    began = time.monotonic()
    t.one.reserve()
    t.two.start("reserve", 5)
    while not t.two.is_done(0.1):
        # Stock 1.12 may forget the time of a connection that says nothing.
        t.one.call("stats_tube", t.tube)
    t.equal(job(t.two.finish())[0], number, "a job comes back when its time to run is over")
    took(t, began, 1, "it comes")
    state(t, t.three, number, timeouts=1, reserves=2)
    refuses(t, "NOT_FOUND", t.one, "delete", number)


def deadline_soon(t):
    t.one.put(b"x", 1024, 0, 1)
    t.one.reserve()
    refuses(t, "DEADLINE_SOON", t.one, "reserve", 5)


def deadline_comes(t):
    t.one.put(b"x", 1024, 0, 2)
    began = time.monotonic()
    t.one.reserve()
    refuses(t, "DEADLINE_SOON", t.one, "reserve", 5)
    took(t, began, 1, "DEADLINE_SOON comes to one that waits")


def touch(t):
    number = t.one.put(b"x", 1024, 0, 3)
    t.one.reserve()
    for _ in range(2):
        time.sleep(1.7)
        t.one.call("touch", number)
    state(t, t.two, number, state="reserved", timeouts=0)
    t.one.call("delete", number)


def pause(t):
    number = t.one.put(b"x")
    began = time.monotonic()
    t.one.call("pause", t.tube, 1)
    refuses_nothing_ready(t)
    t.equal(t.two.call("stats_tube", t.tube)["pause"], 1, "stats-tube says the pause")
    t.equal(t.two.reserve(5)[0], number, "a paused tube goes on")
    took(t, began, 1, "it goes on")
    t.one.call("pause", t.tube, 1000)
    t.one.put(b"y")
    refuses_nothing_ready(t)
    t.one.call("pause", t.tube, 0)
    t.equal(t.two.reserve(1)[1], b"y", "a pause of 0 ends the pause")


def closing(t):
    number = t.one.put(b"x")
    t.two.reserve()
    t.two.call("close")
    began = time.monotonic()
    t.equal(t.one.reserve(5)[0], number, "a closed connection gives back its jobs")
    t.check(time.monotonic() - began < LATE, "soon", f"{time.monotonic() - began:.3f} s")
    state(t, t.one, number, timeouts=0, releases=0, reserves=2)


# Tubes

def tubes_by_name(t):
    # Each name is the name of a tube; a client that waits in the one hears nothing of the other.
    other = t.tube + "+/;.$_()-other"
    t.one.call("use", other)
    t.maybe(lambda: t.equal(t.one.call("using"), other, "list-tube-used"))
    number = t.one.put(b"x")
    refuses_nothing_ready(t)
    t.equal(t.two.call("watch", other) or 2, 2, "watch counts")
    t.equal(t.two.reserve(1)[0], number, "a job comes from each watched tube")
    t.maybe(lambda: t.equal(sorted(t.two.call("watching")), [t.tube, other], "list-tubes-watched"))
    t.check({t.tube, other, "default"} <= set(t.two.call("tubes")), "list-tubes")
    t.two.call("ignore", other)
    t.one.put(b"y")
    refuses_nothing_ready(t)


def last_tube(t):
    refuses(t, "NOT_IGNORED", t.one, "ignore", t.tube)


def several_tubes(t):
    other = t.tube + "-b"
    t.two.call("watch", other)
    low = t.one.put(b"low", 9)
    t.one.call("use", other)
    high = t.one.put(b"high", 1)
    t.equal([t.two.reserve()[0] for _ in range(2)], [high, low],
            "over all watched tubes the most urgent comes first")


def tubes_vanish(t):
    gone = t.tube + "-gone"
    t.one.call("use", gone)
    number = t.one.put(b"x")
    t.check(gone in t.one.call("tubes"), "a tube is there by being used")
    t.one.call("use", t.tube)
    t.check(gone in t.one.call("tubes"), "and by its jobs")
    t.one.call("delete", number)
    t.check(gone not in t.one.call("tubes"), "and gone with them")
    refuses(t, "NOT_FOUND", t.one, "stats_tube", gone)
    refuses(t, "NOT_FOUND", t.one, "pause", gone, 1)


# Statistics

def stats_job(t):
    number = t.one.put(b"x", 5, 0, 10)
    t.two.reserve()
    found = t.one.call("stats_job", number)
    t.equal(set(found), STATS_JOB, "stats-job has its 14 fields")
    t.check(found["time-left"] in (9, 10), "with the time that is left", found["time-left"])
    state(t, t.one, number, id=number, tube=t.tube, state="reserved", pri=5, age=0, delay=0,
          ttr=10, file=0, reserves=1, timeouts=0, releases=0, buries=0, kicks=0)


def stats_tube(t):
    for _ in range(2):
        t.one.put(b"x", 1023)
    t.one.put(b"x", 1024, 1000)
    t.one.put(b"x", 1024)
    t.one.call("delete", t.one.reserve()[0])
    t.one.reserve()
    found = t.one.call("stats_tube", t.tube)
    t.equal(set(found), STATS_TUBE, "stats-tube has its 14 fields")
    wanted = {"name": t.tube, "current-jobs-urgent": 0, "current-jobs-ready": 1,
              "current-jobs-reserved": 1, "current-jobs-delayed": 1, "current-jobs-buried": 0,
              "total-jobs": 4, "current-waiting": 0, "cmd-delete": 1, "pause": 0}
    t.equal({key: found[key] for key in wanted}, wanted, "stats-tube counts")
    t.check(found["current-using"] >= 1 and found["current-watching"] >= 1,
            "stats-tube counts who uses and watches", found)


def stats_all(t):
    before = t.one.call("stats")
    t.check(STATS <= set(before), "stats has its fields", STATS - set(before))
    numbers = [key for key in STATS if key.startswith(("cmd-", "current-", "total-", "binlog-"))]
    t.check(all(isinstance(before[key], int) for key in numbers), "numbers are numbers")
    t.check(before["max-job-size"] == 65535, "stats tells the largest job")
    t.check(str(before["draining"]).lower() == "false", "stats tells that it takes jobs")
    t.one.put(b"x")
    after = t.one.call("stats")
    t.check(after["cmd-put"] > before["cmd-put"], "stats counts puts")
    t.check(after["total-jobs"] > before["total-jobs"], "stats counts jobs")


TABLE = [
    put_reserve_delete, numbers_rise, priorities, any_bytes, largest, unknown_jobs, jobs_of_others,
    release, release_later, bury_and_kick, kick_one, kick_delayed, peeks, reserve_one, timeouts,
    woken, waits_for_ever, first_come, delayed, time_to_run, deadline_soon, deadline_comes, touch,
    pause, closing, tubes_by_name, last_tube, several_tubes, tubes_vanish, stats_job, stats_tube,
    stats_all,
]


class Case:
    """One behaviour with one client."""

    def __init__(self, report, clients, tube, title):
        self.report, self.tube, self.title = report, tube, title
        self.one, self.two, self.three = clients
        self.problems = []

    def check(self, holds, what, detail=""):
        if not holds:
            self.problems.append(f"{what}: {detail}")

    def equal(self, found, wanted, what):
        self.check(found == wanted, what, f"{found!r} and not {wanted!r}"[:300])

    def maybe(self, action, otherwise=None):
        """What some clients have no call for."""
        try:
            return action()
        except Missing:
            return otherwise
