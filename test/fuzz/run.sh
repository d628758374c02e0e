#!/usr/bin/env bash
# Builds the fuzz targets (preset asan) and runs each for some seconds, beginning with the captures of real clients.
# A crash, a leak, a difference or an input that takes too long is left in BUILD/fuzz/ and makes this fail.
#
# usage: test/fuzz/run.sh [BUILD] [SECONDS]      BUILD: build directory, default build/asan; SECONDS: each, default 20
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

build=build/asan seconds=20
for argument in "$@"; do
  case $argument in
    *[!0-9]*) build=$argument ;;
    *) seconds=$argument ;;
  esac
done
targets=(fuzz_envelope fuzz_differential fuzz_charset fuzz_cim_xml fuzz_values fuzz_fragment fuzz_instance fuzz_encrypted_body fuzz_mappings fuzz_roles)

[ -f "$build/build.ninja" ] || cmake --preset asan -B "$build" > /dev/null
ninja -C "$build" "${targets[@]}" > /dev/null

work=$build/fuzz
mkdir -p "$work/seeds"
# The fuzzers' first byte picks a content type (fuzz_input.hpp): none for these.
for file in test/captures/*.http; do
  { printf '\0'; perl -0777 -pe 's/^.*?\r\n\r\n//s' "$file"; } > "$work/seeds/$(basename "$file" .http)"
done
cp -f test/fuzz/corpus/* "$work/seeds/" 2> /dev/null || true

failed=0
for target in "${targets[@]}"; do
  mkdir -p "$work/$target"
  if "$build/test/fuzz/$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=16384 \
      -dict=test/fuzz/soap.dict -artifact_prefix="$work/$target-" -print_final_stats=1 \
      "$work/$target" "$work/seeds" > "$work/$target.log" 2>&1; then
    echo "ok    $target, $(sed -n 's/^stat::number_of_executed_units: *//p' "$work/$target.log") inputs"
  else
    echo "FAIL  $target, see $work/$target.log"
    tail -n 30 "$work/$target.log"
    failed=1
  fi
done
exit $failed
