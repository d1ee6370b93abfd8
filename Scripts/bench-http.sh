#!/usr/bin/env bash
# Durable writes through HTTP, three nodes, 1 and 64 clients: Taskraft beside etcd's HTTP gateway, in
# the same minutes. Closed loop (wrk); client and servers share the machine. Debian's wrk and etcd
# are installed when they are missing. Prints a Markdown table; its last column is what the three
# servers together spent, in processor time.
#
#   Scripts/bench-http.sh [SECONDS] [ROUNDS]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
seconds=${1:-8}
rounds=${2:-3}
taskraft=$PWD/.build/release/taskraft
dir=$(mktemp -d "${BENCH_DIR:-/var/tmp}/taskraft-bench.XXXXXX")
pids=() # of the servers under test
sudo=
[ "$(id -u)" -eq 0 ] || sudo=sudo

for need in wrk:wrk etcd:etcd-server etcdctl:etcd-client; do
    type -P "${need%%:*}" >/dev/null || $sudo apt-get install -y "${need##*:}" >&2
done

stop_etcd() {
    local pid
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
    pids=()
}
finish() {
    stop_etcd
    "$taskraft" local down --dir "$dir/taskraft" >/dev/null 2>&1 || true
    rm -rf "$dir"
}
trap finish EXIT

report='done = function(s, l)
    local bad = s.errors.status + s.errors.connect + s.errors.read + s.errors.write + s.errors.timeout
    print(string.format("WRK %.0f %.2f %.2f %d", s.requests / s.duration * 1e6,
        l:percentile(50) / 1e3, l:percentile(99) / 1e3, bad))
end'
cat >"$dir/taskraft.lua" <<E2
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
local text = string.rep("x", 256)
request = function() return wrk.format(nil, nil, nil, '{"title":"a task","description":"' .. text .. '"}') end
$report
E2
cat >"$dir/get.lua" <<E2
request = function() return wrk.format("GET", "/v1/tasks/" .. math.random(1000)) end
$report
E2
cat >"$dir/etcd.lua" <<E2
wrk.method = "POST"
local v = string.rep("eHh4", 85) .. "eA=="
local b = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
local function c() local i = math.random(64) return b:sub(i, i) end
request = function() return wrk.format(nil, nil, nil, '{"key":"a2V5' .. c() .. c() .. c() .. 'A","value":"' .. v .. '"}') end
$report
E2
cat >"$dir/etcdget.lua" <<E2
wrk.method = "POST"
local b = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
local function c() local i = math.random(64) return b:sub(i, i) end
request = function() return wrk.format(nil, nil, nil, '{"key":"a2V5' .. c() .. c() .. c() .. 'A"}') end
$report
E2

# Processor time of the servers so far, user and system, in microseconds.
spent() {
    local pid
    for pid in "${pids[@]}"; do cat "/proc/$pid/stat"; done |
        awk -v tick="$(getconf CLK_TCK)" '{sum += $14 + $15} END {print int(sum * 1e6 / tick)}'
}

measure() { # SYSTEM OPERATION CLIENTS LUA URL
    wrk -t1 -c "$3" -d 1s -s "$dir/$4" "$5" >/dev/null
    local out before cpu
    before=$(spent)
    out=$(wrk -t1 -c "$3" -d "${seconds}s" -s "$dir/$4" "$5" | grep '^WRK')
    read -r _ rate p50 p99 bad <<<"$out"
    cpu=$((($(spent) - before) / (rate * seconds)))
    printf '| %s | %s | %s | %s | %s | %s | %s | %s |\n' "$1" "$2" "$3" "$rate" "$p50" "$p99" "$bad" "$cpu"
}

with_taskraft() {
    "$taskraft" local up --dir "$dir/taskraft" --base-port 24080 --detach >/dev/null
    local leader url
    mapfile -t pids < <("$taskraft" local status --dir "$dir/taskraft" --json |
        python3 -c 'import json, sys; print(*[n["pid"] for n in json.load(sys.stdin)], sep="\n")')
    leader=$("$taskraft" status --url http://127.0.0.1:24080 --json |
        python3 -c 'import json, sys; print(json.load(sys.stdin)["leader"])')
    url=http://127.0.0.1:$((24079 + leader))
    for clients in 1 64; do measure taskraft "create, at the leader" $clients taskraft.lua "$url/v1/tasks"; done
    local follower=http://127.0.0.1:$((24080 + leader % 3))
    measure taskraft "create, at a follower" 64 taskraft.lua "$follower/v1/tasks"
    for clients in 1 64; do measure taskraft "get, linearizable" $clients get.lua "$url"; done
    pids=()
    "$taskraft" local down --dir "$dir/taskraft" >/dev/null
    rm -rf "$dir/taskraft"
}

with_etcd() {
    local members= endpoints= i leader
    for i in 1 2 3; do
        members+=${members:+,}n$i=http://127.0.0.1:2448$i
        endpoints+=${endpoints:+,}127.0.0.1:2447$i
    done
    for i in 1 2 3; do
        etcd --name n$i --data-dir "$dir/etcd$i" --listen-client-urls http://127.0.0.1:2447$i \
            --advertise-client-urls http://127.0.0.1:2447$i --listen-peer-urls http://127.0.0.1:2448$i \
            --initial-advertise-peer-urls http://127.0.0.1:2448$i --initial-cluster "$members" \
            --initial-cluster-state new --initial-cluster-token bench --logger zap \
            --log-level error --quota-backend-bytes 8589934592 >"$dir/etcd$i.log" 2>&1 &
        pids+=($!)
    done
    export ETCDCTL_API=3
    for i in $(seq 100); do
        etcdctl --endpoints "$endpoints" endpoint health >/dev/null 2>&1 && break
        sleep 0.1
    done
    leader=$(etcdctl --endpoints "$endpoints" endpoint status | awk -F', ' '$5=="true"{print $1}')
    for clients in 1 64; do measure etcd "put, gateway, at the leader" $clients etcd.lua "http://$leader/v3/kv/put"; done
    for clients in 1 64; do measure etcd "range, gateway, linearizable" $clients etcdget.lua "http://$leader/v3/kv/range"; done
    stop_etcd
    rm -rf "$dir"/etcd[123]
}

echo "| system | operation | clients | ops/s | p50 ms | p99 ms | errors | CPU us/op |"
echo "|---|---|--:|--:|--:|--:|--:|--:|"
for _ in $(seq "$rounds"); do
    with_taskraft
    with_etcd
done
