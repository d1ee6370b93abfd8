#!/usr/bin/env bash
# All tests. Builds once, starts a private MariaDB for the store's tests, then runs the unit tests
# and every program of Tests/Chaos, Tests/API, Tests/Beanstalk and Tests/Browser against real
# processes. Ends with every failure once more, and "N passed, N failed".
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
PATH+=:/usr/sbin
export TASKRAFT_STRICT=1 # warnings are errors here
logs=.build/test-logs
database=$(mktemp -d "${TMPDIR:-/tmp}/taskraft-test-db.XXXXXX")
server=
passed=0
failed=0
skipped=0
failures=$logs/failures

finish() {
    [ -n "$server" ] && kill "$server" 2>/dev/null && wait "$server" 2>/dev/null
    rm -rf "$database"
}
trap finish EXIT
trap 'exit 130' INT TERM

say() { printf '\n== %s\n' "$*"; }
count() { passed=$((passed + $1)); failed=$((failed + $2)); }
# remember NAME: what stands on the standard input is told once more at the end.
remember() { head -20 | cut -c1-400 | sed "s/^/$1: /" >>"$failures"; }
# counted NAME STATUS: one more that passed or failed.
counted() { if [ "$2" -eq 0 ]; then count 1 0; else count 0 1; remember "$1" <<<"exit $2"; fi; }

build() {
    say "build (log: $logs/build.log)"
    if ! swift build -c release --build-tests >"$logs/build.log" 2>&1; then
        grep -E 'error|warning:' "$logs/build.log" | sort -u | head -40
        tail -5 "$logs/build.log"
        echo "the build failed"
        exit 1
    fi
}

# A server of our own: no root password, loopback only, gone at the end.
start_database() {
    local user port
    user=$(id -un)
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    mariadb-install-db --no-defaults --datadir="$database/data" --user="$user" \
        --auth-root-authentication-method=normal >"$logs/mariadb.log" 2>&1 ||
        { cat "$logs/mariadb.log"; return 1; }
    mariadbd --no-defaults --datadir="$database/data" --user="$user" --bind-address=127.0.0.1 \
        --port="$port" --socket="$database/socket" >>"$logs/mariadb.log" 2>&1 &
    server=$!
    for _ in $(seq 100); do
        if mariadb --no-defaults --socket="$database/socket" -u root -e 'SELECT 1' >/dev/null 2>&1
        then
            export TASKRAFT_TEST_MYSQL="mysql://root@127.0.0.1:$port/"
            return 0
        fi
        sleep 0.1
    done
    tail -5 "$logs/mariadb.log"
    return 1
}

# swift_tests NAME ARGUMENTS...
swift_tests() {
    say "$1 (log: $logs/$1.log)"
    local log=$logs/$1.log before=$SECONDS status summary
    timeout 900 swift test -c release --skip-build "${@:2}" >"$log" 2>&1
    status=$?
    summary=$(grep -aE 'Test run with [0-9]+ tests' "$log" | tail -1)
    grep -aE '✘|recorded an issue|Fatal error' "$log" | head -40
    grep -aE '^[0-9]+ seeds, .* seeds/s$' "$log"
    echo "${summary:-no summary: exit $status} ($((SECONDS - before)) s)"
    if [ "$status" -eq 0 ] && [ -n "$summary" ]; then
        count "$(sed -E 's/.*with ([0-9]+) tests.*/\1/' <<<"$summary")" 0
    else
        tail -20 "$log"
        count 0 1
        { grep -aE '✘ Test .* recorded|Fatal error' "$log"; echo "exit $status"; } | remember "$1"
    fi
}

chaos() {
    local name before status line
    name=$(basename "$1" .py)
    say "$name ${*:2}"
    before=$SECONDS
    timeout 300 python3 "$@" >"$logs/$name.log" 2>&1
    status=$?
    grep -avE '^ok ' "$logs/$name.log"
    echo "($((SECONDS - before)) s)"
    skipped=$((skipped + $(grep -c '^SKIPPED' "$logs/$name.log")))
    line=$(grep -aE '^[0-9]+ passed, [0-9]+ failed$' "$logs/$name.log" | tail -1)
    if [ -z "$line" ]; then
        count 0 1
    else
        count "$(cut -d' ' -f1 <<<"$line")" "$(cut -d' ' -f3 <<<"$line")"
        [ "$status" -ne 0 ] && [ "$(cut -d' ' -f3 <<<"$line")" -eq 0 ] && count 0 1
    fi
    [ "$status" -eq 0 ] && [ -n "$line" ] && return
    { grep -a '^not ok ' "$logs/$name.log"; tail -3 "$logs/$name.log"; echo "exit $status"; } |
        remember "$name"
}

# With the packages that Scripts/setup.sh has brought from PyPI.
with_packages() { PATH=$PWD/.build/test-python/bin:$PATH chaos "$@"; }
browser() { with_packages "Tests/Browser/$1.py"; }

conformance() {
    say "conformance (log: $logs/conformance.log)"
    Scripts/conformance.py >"$logs/conformance.log"
    counted conformance $?
    tail -1 "$logs/conformance.log"
}

# Links that lead nowhere are errors.
documentation() {
    say "documentation (log: $logs/docs.log)"
    Scripts/docs.sh >"$logs/docs.log" 2>&1
    counted documentation $?
    tail -1 "$logs/docs.log"
}

example() {
    say "replicated-register (log: $logs/example.log)"
    .build/release/replicated-register >"$logs/example.log" 2>&1
    counted replicated-register $?
    tail -1 "$logs/example.log"
}

mkdir -p "$logs"
: >"$failures"
conformance
build
say "bugs for the simulator still fit the sources"
Scripts/mutants.py --check
counted mutants $?
start_database || { echo "MariaDB did not start"; exit 1; }
# Simulations and faulty disks keep every core busy, so they run by themselves.
simulations='SimulatorTests|RandomRunTests'
disks='PowerCutTests|DiskFaultTests|LyingDiskTests|BitRotTests|BaseDiskTests|BaseRotTests'
# What talks to databases holds its thread while it waits, and there is one for each core:
# beside it, those who wait for a socket would not be woken before their deadline.
databases='StateStoreTests|RaftLogTests'
# What waits for real nodes to elect somebody has the machine to itself too.
nodes='NodeTests'
swift_tests units --skip "$simulations|$disks|$databases|$nodes"
swift_tests databases --filter "$databases" --skip "$disks"
swift_tests nodes --filter "$nodes"
swift_tests simulation --filter "$simulations"
swift_tests disks --filter "$disks"
documentation
example
export TASKRAFT_BIN=$PWD/.build/release/taskraft
export TASKRAFT_SIM=$PWD/.build/release/taskraft-sim
chaos Tests/Chaos/simulator.py
chaos Tests/Chaos/test_harness.py
chaos Tests/Chaos/unprivileged.py
chaos Tests/Chaos/local_cluster.py
chaos Tests/Chaos/levers.py
chaos Tests/Chaos/command_line.py
chaos Tests/Chaos/task_commands.py
chaos Tests/Chaos/task_watch.py
chaos Tests/Chaos/jobs_http.py
chaos Tests/API/streams.py
chaos Tests/API/people.py
with_packages Tests/API/python_example.py
with_packages Tests/API/contract.py
chaos Tests/Chaos/quorum_loss.py
chaos Tests/Chaos/wrong_peers.py
chaos Tests/Chaos/leader_kills.py
chaos Tests/Chaos/leader_kills.py --mysql
chaos Tests/Chaos/mysql_outage.py
chaos Tests/Chaos/batch_kills.py
chaos Tests/Chaos/disk_failures.py
chaos Tests/Chaos/stalled_disk.py
chaos Tests/Chaos/damaged_files.py
chaos Tests/Chaos/job_kills.py
chaos Tests/Chaos/job_kills.py --links
chaos Tests/Chaos/job_kills.py --native
chaos Tests/Beanstalk/clients.py
chaos Tests/Beanstalk/differential.py --seed 1
chaos Tests/Beanstalk/timing.py
browser modules
browser board
browser first_sight
browser choosing
browser boards
browser files
browser queues
browser people
browser roles
browser failures
browser cut_off
browser crowd
browser looks
browser cluster_page
say "all done in $SECONDS s"
[ "$skipped" -gt 0 ] && echo "$skipped skipped on this machine: see SKIPPED above"
[ -s "$failures" ] && cat "$failures"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
