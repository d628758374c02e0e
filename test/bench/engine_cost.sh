#!/usr/bin/env bash
# What one DestroySnapshot costs the engine, bytes to bytes: instructions under callgrind, microseconds without it.
# usage: engine_cost.sh BUILD_DIR [BUDGET]     fails when it takes more instructions than BUDGET
set -euo pipefail
build=${1:?usage: engine_cost.sh BUILD_DIR [BUDGET]}
budget=${2:-}
program=$build/test/bench/engine_cost
rounds=500
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

valgrind --tool=callgrind --collect-atstart=no --callgrind-out-file="$out/callgrind" "$program" $rounds \
    >"$out/stdout" 2>"$out/stderr" || { cat "$out/stderr" "$out/stdout"; exit 1; }
total=$(sed -n 's/^summary: //p; s/^totals: //p' "$out/callgrind" | head -1)
instructions=$((total / rounds))
echo "instructions_per_request $instructions"
"$program" 20000
if [[ -n $budget ]] && ((instructions > budget)); then
    echo "engine_cost: $instructions instructions a request, more than the budget of $budget" >&2
    exit 1
fi
