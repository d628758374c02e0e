#!/usr/bin/env bash
# What reading, binding and writing cost each for pywinrm's DestroySnapshot: instructions under callgrind, and microseconds.
# usage: soap_cost.sh BUILD_DIR
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
program=${1:?usage: soap_cost.sh BUILD_DIR}/test/bench/soap_cost
capture=test/captures/pywinrm-debian-basic-invoke-01.http
rounds=500
out=$(mktemp)
trap 'rm -f "$out"' EXIT

for part in read bind write; do
  valgrind --tool=callgrind --collect-atstart=no --callgrind-out-file="$out" "$program" $part $capture $rounds > "$out.log" 2>&1 ||
    { cat "$out.log"; exit 1; }
  rm -f "$out.log"
  total=$(sed -n 's/^summary: //p; s/^totals: //p' "$out" | head -1)
  echo "$part $((total / rounds)) instructions, $("$program" $part $capture 20000)"
done
