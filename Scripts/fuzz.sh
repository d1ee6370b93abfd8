#!/usr/bin/env bash
# Fuzzes every decoder for SECONDS_EACH seconds (60), as many at a time as there are cores, and
# keeps what reaches new code in Tests/Fuzz/Corpus. TARGETS="csv json" fuzzes these alone.
# Exit code 1 if an input was found that is not handled as it must be.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
seconds=${SECONDS_EACH:-60}
home=Tests/Fuzz
scratch=.build-fuzz
program=$scratch/release/taskraft-fuzz
# swift-backtrace would take minutes over each crash of a program that is made to crash.
export SWIFT_BACKTRACE=enable=no

mkdir -p $scratch/logs $scratch/found
echo "== build (log: $scratch/logs/build.log)"
# The linker comes with the toolchain; gold fails on the sanitizer's symbols.
if ! swift build -c release --package-path $home --scratch-path $scratch \
    --product taskraft-fuzz \
    -Xswiftc -sanitize=fuzzer,address -Xswiftc -use-ld=lld >$scratch/logs/build.log 2>&1; then
    grep -E 'error' $scratch/logs/build.log | sort -u | head -20
    tail -5 $scratch/logs/build.log
    echo "the build failed"
    exit 1
fi

# What was found before goes on; edges alone decide what is kept, so that the corpus stays small.
fuzz() {
    local target=$1 work=$scratch/work/$1 corpus=$home/Corpus/$1 log=$scratch/logs/$1.log
    local before
    export TASKRAFT_FUZZ_TARGET=$target
    mkdir -p "$work" "$corpus" "$home/Regressions/$target"
    before=$(find "$corpus" -type f | wc -l)
    if ! nice $program -max_total_time="$seconds" -max_len=4096 -timeout=20 -rss_limit_mb=2048 \
        -print_final_stats=1 -artifact_prefix="$scratch/found/$target-" \
        "$work" "$corpus" "$home/Regressions/$target" >"$log" 2>&1; then
        report "$target" "$log"
        return 1
    fi
    if ! nice $program -merge=1 -use_counters=0 -max_len=4096 "$corpus" "$work" \
        >"$scratch/logs/$target-merge.log" 2>&1; then
        echo "$target: merging failed (log: $scratch/logs/$target-merge.log)"
        return 1
    fi
    printf '%-15s %9d inputs tried, %4d in the corpus, %d of them new\n' "$target" \
        "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")" \
        "$(find "$corpus" -type f | wc -l)" $(($(find "$corpus" -type f | wc -l) - before))
}

report() {
    local file
    file=$(sed -n 's/.*Test unit written to //p' "$2" | tail -1)
    echo "$1: FAILED (log: $2)"
    grep -E 'Fatal error|ERROR: |SUMMARY' "$2" | head -5
    echo "    input:  ${file:-none was written}"
    echo "    replay: SWIFT_BACKTRACE=enable=no TASKRAFT_FUZZ_TARGET=$1 $program $file"
    echo "    mend it, and keep the input: mv $file $home/Regressions/$1/"
}

targets=${TARGETS:-$($program)}
cores=$(getconf _NPROCESSORS_ONLN)
echo "== $seconds seconds each, $cores at a time: $(tr '\n' ' ' <<<"$targets")"
failed=0
running=0
for target in $targets; do
    if [ "$running" -ge "$cores" ]; then
        wait -n || failed=$((failed + 1))
        running=$((running - 1))
    fi
    fuzz "$target" &
    running=$((running + 1))
done
while [ "$running" -gt 0 ]; do
    wait -n || failed=$((failed + 1))
    running=$((running - 1))
done
rmdir $home/Regressions/* 2>/dev/null
echo "== corpus: $(find $home/Corpus -type f | wc -l) inputs, $(cat $home/Corpus/*/* | wc -c) bytes"
[ "$failed" -eq 0 ] && echo "nothing found" || echo "$failed of the targets failed"
[ "$failed" -eq 0 ]
