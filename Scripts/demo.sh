#!/usr/bin/env bash
# Imports a real plan into three nodes, kills the leader in the middle, and shows that every
# acknowledged task is there once, on all three nodes. Works in a directory of its own.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
taskraft=$PWD/.build/release/taskraft
plan=Examples/plan.csv
dir=$(mktemp -d "${TMPDIR:-/tmp}/taskraft-demo.XXXXXX")
# Three ports each at base, base + 100 and base + 200.
base=$(python3 - <<'P'
import random, socket
def free(port):
    with socket.socket() as s:
        try: s.bind(("127.0.0.1", port)); return True
        except OSError: return False
while True:
    base = random.randrange(20000, 50000)
    if all(free(base + k + n) for k in (0, 100, 200) for n in range(3)): break
print(base)
P
)
urls=http://127.0.0.1:$base,http://127.0.0.1:$((base + 1)),http://127.0.0.1:$((base + 2))
if [ -t 1 ]; then bold=$'\e[1m' green=$'\e[32m' red=$'\e[31m' plain=$'\e[0m'; else bold= green= red= plain=; fi
say() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }

finish() {
    status=$?
    "$taskraft" local down --dir "$dir" >/dev/null 2>&1 || true
    if [ $status -eq 0 ]; then rm -rf "$dir"; else echo "${red}failed; logs are in $dir${plain}"; fi
}
trap finish EXIT

say "1. Three nodes, each a process of its own"
"$taskraft" local up --dir "$dir" --base-port "$base" --detach
leader=$("$taskraft" status --url "$urls" --json |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["leader"])')

say "2. Import $plan through all of them, one row at a time, and kill n$leader, the leader, half way"
"$taskraft" task import "$plan" --url "$urls" --in-flight 1 --json >"$dir/acknowledged.json" &
import=$!
applied() { # of node 1, as it says itself
    curl -s "http://127.0.0.1:$base/v1/cluster" | grep -o '"applied":[0-9]*' | head -1 | cut -d: -f2
}
until [ "$(applied)" -ge 100 ]; do kill -0 $import || break; done
"$taskraft" local kill "$leader" --dir "$dir"
wait $import

say "3. Who leads now"
survivor=http://127.0.0.1:$(((leader % 3) + base))
for _ in $(seq 100); do # an election takes about half a second
    "$taskraft" status --url "$survivor" --json 2>/dev/null |
        grep -qE "\"leader\" *: *($leader|null)" || break
    sleep 0.05
done
"$taskraft" status --url "$survivor"

say "4. Bring n$leader back"
"$taskraft" local start "$leader" --dir "$dir"

say "5. Count, on every node"
python3 - "$dir/acknowledged.json" "$base" <<'P'
import json, sys, urllib.request
acknowledged = {entry["id"] for entry in json.load(open(sys.argv[1]))}
good = True
lists = []
for node in (1, 2, 3):
    url = f"http://127.0.0.1:{int(sys.argv[2]) + node - 1}/v1/tasks?limit=500"
    tasks, cursor = [], ""
    while cursor is not None:
        page = json.load(urllib.request.urlopen(url + (f"&cursor={cursor}" if cursor else "")))
        tasks += page["items"]
        cursor = page["next_cursor"]
    titles = [task["title"] for task in tasks]
    missing = acknowledged - {task["id"] for task in tasks}
    twice = len(titles) - len(set(titles))
    print(f"  n{node}: {len(tasks)} tasks, {len(missing)} acknowledged ones missing, {twice} twice")
    good = good and not missing and not twice and len(tasks) == len(acknowledged)
    lists.append(tasks)
good = good and lists[0] == lists[1] == lists[2]
print("  the three lists are", "equal" if lists[0] == lists[1] == lists[2] else "DIFFERENT")
sys.exit(not good)
P
say "${green}Every acknowledged task is there once, on all three nodes.${plain}"
