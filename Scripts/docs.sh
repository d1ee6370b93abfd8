#!/usr/bin/env bash
# Builds the documentation of the library Raft into .build/docs, with the toolchain's docc. A link
# that leads nowhere is an error. To read it: docc preview, or any web server in that folder.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly graphs=.build/symbol-graphs out=.build/docs

swift build -c release --target Raft
modules=$(swift build -c release --show-bin-path)/Modules
triple=$(swiftc -print-target-info | sed -nE '0,/"triple"/s/^ *"triple": "([^"]+)".*/\1/p')
rm -rf "$graphs" "$out"
mkdir -p "$graphs"
swift symbolgraph-extract -module-name Raft -I "$modules" -target "$triple" \
    -minimum-access-level public -skip-inherited-docs -skip-synthesized-members -output-dir "$graphs"
docc convert Sources/Raft/Raft.docc --additional-symbol-graph-dir "$graphs" \
    --fallback-display-name Raft --fallback-bundle-identifier Raft \
    --output-dir "$out" --warnings-as-errors
echo "documentation: $out (starts at documentation/raft)"
