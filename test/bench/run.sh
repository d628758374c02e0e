#!/usr/bin/env bash
# Measures Tintype beside nginx on this machine and writes what came out to docs/performance.md and docs/growth.svg;
# `--help` says more.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

usage() {
  cat <<TEXT
usage: test/bench/run.sh [--quick] [--no-write] [--no-build]

Installs what it needs, builds the release preset, and drives Tintype and nginx with the same requests in turns, each
server on one core and wrk on the other. Takes about 10 minutes on a machine that does nothing else; prints tables and
puts them into docs/performance.md, and the picture of what grows with size into docs/growth.svg.

  --quick     about a minute: fewer combinations, one round of each, no documents written
  --no-write  leaves the documents as they are
  --no-build  takes the programs of build/release as they are, and no packages are looked for
  --help      this text
TEXT
}

build=1
arguments=()
for argument in "$@"; do
  case $argument in
    --quick | --no-write) arguments+=("$argument") ;;
    --no-build) build=0 ;;
    -h | --help) usage; exit 0 ;;
    *) echo "test/bench/run.sh: what is '$argument'? (--help)" >&2; exit 2 ;;
  esac
done

if [ $build = 1 ]; then
  . test/packages.sh
  install_packages build parts run test bench
  export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=pch_defines,time_macros
  log=$(mktemp)
  trap 'rm -f "$log"' EXIT
  echo "Building the release preset …"
  if ! { cmake --preset release && ninja -C build/release tintyped sealed_load $(ninja -C build/release -t targets all |
    sed -n 's/^\(engine_[a-z]*\): phony$/\1/p'); } >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    exit 1
  fi
  rm -f "$log"
  trap - EXIT
fi
export TINTYPED=$PWD/build/release/endpoint/tintyped PYTHONPATH=$PWD/test:$PWD/test/bench PYTHONDONTWRITEBYTECODE=1
exec /usr/bin/python3 -m side_by_side "${arguments[@]}"
