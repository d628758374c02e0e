#!/usr/bin/env bash
# What the engine's parts cost, each alone: instructions under callgrind. For times run BUILD_DIR/test/bench/engine_parts.
# usage: engine_parts.sh BUILD_DIR [PART …]     prints `PART INSTRUCTIONS`, with a tab between
set -euo pipefail
program=${1:?usage: engine_parts.sh BUILD_DIR [PART …]}/test/bench/engine_parts
shift
rounds=200
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

if (($# == 0)); then mapfile -t parts < <("$program" list); else parts=("$@"); fi
for part in "${parts[@]}"; do
  valgrind --tool=callgrind --collect-atstart=no --callgrind-out-file="$out/callgrind" "$program" count "$part" $rounds \
    > "$out/log" 2>&1 || { cat "$out/log" >&2; exit 1; }
  total=$(sed -n 's/^summary: //p; s/^totals: //p' "$out/callgrind" | head -1)
  printf '%s\t%d\n' "$part" $((total / rounds))
done
