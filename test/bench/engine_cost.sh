#!/usr/bin/env bash
# What one request costs the engine, bytes to bytes: instructions under callgrind, allocations and microseconds without it.
# usage: engine_cost.sh BUILD_DIR [BUDGET]     fails when DestroySnapshot takes more instructions than BUDGET
# Prints `NAME VALUE` lines: those of DestroySnapshot by themselves, then each operation's with its name before them.
set -euo pipefail
build=${1:?usage: engine_cost.sh BUILD_DIR [BUDGET]}
budget=${2:-}
program=$build/test/bench/engine_cost
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

# $1: the operation; $2: rounds.
instructions() {
  valgrind --tool=callgrind --collect-atstart=no --callgrind-out-file="$out/callgrind" "$program" "$1" "$2" \
    > "$out/stdout" 2> "$out/stderr" || { cat "$out/stderr" "$out/stdout" >&2; exit 1; }
  local total
  total=$(sed -n 's/^summary: //p; s/^totals: //p' "$out/callgrind" | head -1)
  echo $((total / $2))
}

invoke=$(instructions invoke 500)
echo "instructions_per_request $invoke"
"$program" invoke 20000
for operation in audited identify get get_job wql enumerate enumerate_whole; do
  rounds=200
  [[ $operation == enumerate* ]] && rounds=5
  echo "${operation}_instructions_per_request $(instructions $operation $rounds)"
  "$program" $operation $((rounds * 10)) | grep -v '^requests ' | sed "s/^/${operation}_/"
done
if [[ -n $budget ]] && ((invoke > budget)); then
  echo "engine_cost: $invoke instructions a request, more than the budget of $budget" >&2
  exit 1
fi
