#!/usr/bin/env bash
# Builds the fuzz targets (preset asan) and runs each for some seconds, two at a time. A target begins with the captures of
# real clients if it takes requests, with its folder in test/fuzz/corpus/, and with what earlier runs left in BUILD/fuzz/TARGET.
# A crash, a leak, a difference, or an input that takes more than a second or 32 MiB makes this fail: it is kept in
# BUILD/fuzz/crashes, and the commands that show it again and make it smaller are printed.
#
# usage: test/fuzz/run.sh [--long] [BUILD] [SECONDS] [TARGET …]
#   --long   an hour each, at the lowest priority, where SECONDS doesn't say otherwise; what is found new is kept small
#   BUILD    build directory, default build/asan
#   SECONDS  each, default 9
#   TARGET   names without `fuzz_`; default all
# Environment: FUZZ_JOBS, how many side by side (2).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

build=build/asan seconds='' long=0 chosen=()
for argument in "$@"; do
  case $argument in
    --long) long=1 ;;
    */*) build=$argument ;;
    *[!0-9]*) chosen+=("$argument") ;;
    *) seconds=$argument ;;
  esac
done
[ -n "$seconds" ] || { [ "$long" = 1 ] && seconds=3600 || seconds=9; }

# Those whose input is a request, after a byte for its Content-Type.
requests=" charset differential engine envelope gate_gsoap instance "

[ -f "$build/build.ninja" ] || cmake --preset asan -B "$build" > /dev/null
if [ ${#chosen[@]} -eq 0 ]; then
  ninja -C "$build" fuzz_targets > /dev/null
  for binary in "$build"/test/fuzz/fuzz_*; do
    if [ -f "$binary" ] && [ -x "$binary" ]; then chosen+=("${binary##*/fuzz_}"); fi
  done
else
  ninja -C "$build" "${chosen[@]/#/fuzz_}" > /dev/null
fi

work=$build/fuzz
mkdir -p "$work/captures" "$work/crashes"
for file in test/captures/*.http; do
  { printf '\0'; perl -0777 -pe 's/^.*?\r\n\r\n//s' "$file"; } > "$work/captures/$(basename "$file" .http)"
done

# What a run said in one line: executions, a second, coverage (edges, features), size of the corpus, processor time.
summary() {
  awk '
    /^#[0-9]+/ { for (i = 1; i < NF; i++) { if ($i == "cov:") cov = $(i+1); if ($i == "ft:") ft = $(i+1); if ($i == "corp:") corpus = $(i+1) } }
    /^stat::number_of_executed_units:/ { units = $2 }
    /^stat::average_exec_per_sec:/ { rate = $2 }
    /^processor time / { cpu = $3 + $4 }
    END { printf "%d inputs, %d/s, cov %d, ft %d, corpus %s, %s s of processor time\n", units, rate, cov, ft, corpus, cpu }' "$1"
}

fuzz() {
  local target=$1 binary=$build/test/fuzz/fuzz_$1 log=$work/$1.log folders=() status=0
  mkdir -p "$work/$target"
  folders=("$work/$target")
  [ -d "test/fuzz/corpus/$target" ] && folders+=("test/fuzz/corpus/$target")
  [[ $requests == *" $target "* ]] && folders+=("$work/captures")
  local dictionary=test/fuzz/$target.dict
  [ -f "$dictionary" ] || dictionary=test/fuzz/soap.dict
  # A second of processor time is an input's limit (fuzz_input.hpp); this one, by the clock, is for one that waits for ever.
  local nice=0 hangs=60
  [ "$long" = 1 ] && nice=19 hangs=1200
  TIMEFORMAT='processor time %U %S'
  { time nice -n "$nice" "$binary" -max_total_time="$seconds" -timeout="$hangs" -rss_limit_mb=2048 -max_len=16384 -dict="$dictionary" \
    -artifact_prefix="$work/crashes/$target-" -print_final_stats=1 "${folders[@]}"; } > "$log" 2>&1 || status=$?
  if [ "$status" -eq 0 ] && grep -q 'disabled leak detection' "$log"; then
    echo "FAIL  fuzz_$target: it keeps memory from one input to the next, so leaks weren't looked for any more, see $log"
    return 1
  fi
  if [ "$status" -eq 0 ]; then
    # A line for each run of a target, so that hours add up.
    echo "$(date -u +%FT%TZ) $seconds s: $(summary "$log")" >> "$work/$target.runs"
    echo "ok    fuzz_$target, $(summary "$log")"
    return
  fi
  echo "FAIL  fuzz_$target, see $log"
  local crash
  crash=$(sed -n 's/.*Test unit written to //p' "$log" | tail -n 1)
  grep -vE '^(#|INFO)' "$log" | head -n 30
  [ -z "$crash" ] || echo "again: $binary $crash     smaller: $binary -minimize_crash=1 -runs=100000 -exact_artifact_path=$crash.small $crash"
  return 1
}
export -f fuzz summary
export build seconds long work requests

printf '%s\n' "${chosen[@]}" | xargs -P "${FUZZ_JOBS:-2}" -I{} bash -c 'fuzz {}'
