#!/usr/bin/env bash
# Which lines of the pure targets run in their unit tests and in simulations. Prints a table of the
# files with lines that never ran, and each target's share; fails below 95 %.
#
#   Scripts/coverage.sh [SEEDS]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
seeds=${1:-100}
least=95
build=.build-coverage
mkdir -p $build
tools=$(dirname "$(readlink -f "$(type -P swift)")")
export TASKRAFT_PURE=1

echo "building with instruments ..."
swift build -c release --build-tests --enable-code-coverage --scratch-path $build >$build/log 2>&1 || {
    tail -20 $build/log
    exit 1
}
bin=$(swift build -c release --show-bin-path --scratch-path $build)
rm -rf "$bin/codecov" $build/raw
echo "unit tests ..."
swift test -c release --skip-build --enable-code-coverage --scratch-path $build \
    --skip SimulatorTests >$build/log 2>&1 || { tail -20 $build/log; exit 1; }
echo "$seeds simulated clusters ..."
LLVM_PROFILE_FILE=$PWD/$build/raw/%p.profraw "$bin/taskraft-sim" run --seeds "$seeds" --jobs 2 | tail -1
"$tools/llvm-profdata" merge -sparse "$bin"/codecov/*.profraw $build/raw/*.profraw -o $build/all.profdata
"$tools/llvm-cov" export -format=text -summary-only "$bin"/*Tests.xctest -object "$bin/taskraft-sim" \
    -instr-profile $build/all.profdata Sources/Raft Sources/Replica Sources/Work >$build/summary.json
"$tools/llvm-cov" show "$bin"/*Tests.xctest -object "$bin/taskraft-sim" \
    -instr-profile $build/all.profdata Sources/Raft Sources/Replica Sources/Work >$build/lines.txt

python3 - $build/summary.json $least <<'PYTHON'
import collections, json, sys

files = json.load(open(sys.argv[1]))["data"][0]["files"]
least = float(sys.argv[2])
totals = collections.defaultdict(lambda: [0, 0])
print(f"\n{'file':44}{'lines':>7}{'never ran':>11}")
for each in sorted(files, key=lambda f: f["filename"]):
    name = each["filename"].split("/Sources/")[-1]
    count, covered = (each["summary"]["lines"][key] for key in ("count", "covered"))
    total = totals[name.split("/")[0]]
    total[0] += count
    total[1] += covered
    if covered < count:
        print(f"{name:44}{count:7}{count - covered:11}")
print()
failed = False
for name, (count, covered) in sorted(totals.items()):
    share = 100 * covered / count
    failed |= share < least
    print(f"{name:12}{covered:6} of {count:6} lines  {share:6.2f} %")
sys.exit(f"below {least:g} %" if failed else 0)
PYTHON
echo "line by line: $build/lines.txt"
