#!/usr/bin/env bash
# Builds and runs every test and check that CI runs, on a plain Debian 12; `--help` says what can be left out.
# Goes on after a failure, and closes with one line: N passed, N failed.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.."
top=$PWD
. test/packages.sh

stages=(packages contracts unit asan tsan release firmware install wire hostile interop client crash faults soak quickstart lint cross)
slow=(lint asan tsan release firmware install quickstart)
only_long=(cross)
export TINTYPE_LONG=0

usage() {
  cat <<TEXT
usage: test/run.sh [--quick] [--long] [--without LIST] [--only LIST]

  --quick         leave out the slow stages: ${slow[*]}
  --long          longer fuzzing, more crashes, clang-tidy over the tests and its static analyzer: more than CI has time for
  --without LIST  leave these stages out (names with commas)
  --only LIST     run these and no others
  --help          this text

Stages, in order:
  packages    install the Debian packages of test/packages.txt that are missing
  contracts   schemas and WSDL are valid
  unit        build with GCC; the unit tests of every folder of lib/
  asan        build with clang, address and undefined behaviour sanitizers; unit tests, short fuzzing
  tsan        the unit tests that use threads, under the thread sanitizer
  release     optimised build, as it is installed; what an Invoke costs it under callgrind, its size, start and memory
  firmware    the smallest build; its size, start and memory
  install     cmake --install, and a program built against what it installed
  wire        requests over real sockets to a real tintyped, the captures of real clients among them
  hostile     peers that break off, stall, flood and lie, and good clients beside them (docs/reliability.md)
  interop     real WS-Management clients destroy real snapshots in real qcow2 files; log-ons by Kerberos and NTLM
  client      tintype, the command-line client, against a real tintyped: in pipes and at a terminal
  crash       tintyped killed in the middle of jobs, and started again
  faults      disks full, databases gone, programs that go wrong under tintyped; many clients at one tree
  soak        mixed load for ten minutes with --long, else for seconds: every answer right, nothing grows
  quickstart  examples/quickstart.sh, as a newcomer runs it
  lint        clang-format, cppcheck and clang-tidy over our code; begun with wire, of whose processor time it takes what is left
  cross       the smallest build for arm64 and armhf, run by qemu-user; only with --long, or if it is asked for

What each stage said is in build/test-logs/NAME.log. The environment variable TINTYPED makes wire, hostile,
interop, client, crash, faults and soak test that daemon instead of one that they build.
TEXT
}

die() { echo "test/run.sh: $*" >&2; exit 2; }
listed() { case ",$2," in *",$1,"*) true ;; *) false ;; esac; }
known() {
  local name
  for name in ${1//,/ }; do listed "$name" "$(IFS=,; echo "${stages[*]}")" || die "there is no stage '$name' (--help lists them)"; done
}

without="" only=""
while [ $# -gt 0 ]; do
  case $1 in
    --quick) without+=",$(IFS=,; echo "${slow[*]}")" ;;
    --long) TINTYPE_LONG=1 ;;
    --without) [ $# -gt 1 ] || die "--without needs a list of stages"; known "$2"; without+=",$2"; shift ;;
    --only) [ $# -gt 1 ] || die "--only needs a list of stages"; known "$2"; only=$2; shift ;;
    -h | --help) usage; exit 0 ;;
    *) die "what is '$1'? (--help)" ;;
  esac
  shift
done

[ -n "$only" ] || [ "$TINTYPE_LONG" = 1 ] || without+=",$(IFS=,; echo "${only_long[*]}")"

# Objects of one flavour are the same wherever the build directory is.
export CCACHE_BASEDIR=$top CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=pch_defines,time_macros
export PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1

# build PRESET [target …]
build() {
  local preset=$1
  shift
  cmake --preset "$preset"
  ninja -C "build/$preset" "$@"
}

# units PRESET [option of ctest …]: through ctest, aloud, so that every case is counted.
units() { timeout 1500 ctest --preset "$1" -V -j "$(nproc)" --no-tests=error "${@:2}"; }

# daemon PRESET [target …]: the daemon that the tests over sockets talk to, and what else they need.
daemon() {
  if [ -z "${TINTYPED:-}" ]; then
    build "$1" tintyped "${@:2}"
    export TINTYPED=$top/build/$1/endpoint/tintyped
  fi
  "$TINTYPED" --version
}

# python_tests FOLDER
python_tests() { timeout 1500 /usr/bin/python3 -m unittest discover -v -s "test/$1" -t test; }

# soak SECONDS
soak() { (cd test && timeout $(($1 + 300)) /usr/bin/python3 -m soak "$1"); }

stage_packages() { install_packages build parts run test; }
stage_lint() { bash test/lint.sh; }
stage_contracts() { bash test/contracts.sh; }
stage_unit() { build dev; units dev; }
# Under sanitizers libvirt's own daemons and QEMU take two minutes: those are for the long run.
stage_asan() {
  build asan
  if [ "$TINTYPE_LONG" = 1 ]; then units asan; else units asan -E '^unit_libvirt$'; fi
  if [ "$TINTYPE_LONG" = 1 ]; then bash test/fuzz/run.sh build/asan 300; else bash test/fuzz/run.sh build/asan; fi
}
stage_tsan() {
  export TSAN_OPTIONS=suppressions=$top/test/tsan.txt
  if [ "$TINTYPE_LONG" = 1 ]; then
    # All of it: every unit test, the daemon under every wire test, and an hour of mixed load.
    build tsan
    units tsan
    (export TINTYPED=$top/build/tsan/endpoint/tintyped; python_tests wire; soak 3600)
  else
    build tsan unit_jobs unit_snapshot unit_security unit_http
    units tsan -R '^unit_(jobs|snapshot|security|http)$'
  fi
}
# What test/budget.tsv allows; docs/performance.md says how each is measured.
stage_release() {
  build release tintype tintyped tintype_client engine_cost engine_growth engine_parts
  bash test/bench/engine_cost.sh build/release | bash test/budget.sh
  /usr/bin/python3 test/footprint.py build/release/endpoint/tintyped release | bash test/budget.sh
  bash test/hardening.sh build/release/endpoint/tintyped
}
stage_firmware() {
  build firmware tintyped
  size build/firmware/endpoint/tintyped
  /usr/bin/python3 test/footprint.py build/firmware/endpoint/tintyped firmware | bash test/budget.sh
  bash test/hardening.sh build/firmware/endpoint/tintyped
  bash test/left_out.sh build/firmware/endpoint/tintyped
}
stage_install() { bash test/install.sh; }
sanitized() { [ -x build/asan/endpoint/tintyped ] && echo asan || echo dev; }
stage_wire() { daemon "$(sanitized)" test_provider; python_tests wire; }
stage_hostile() { daemon "$(sanitized)"; python_tests hostile; }
stage_interop() { daemon "$([ -x build/release/endpoint/tintyped ] && echo release || echo dev)"; python_tests interop; python_tests negotiate; }
stage_client() {
  daemon dev
  build dev tintype_client
  TINTYPE=$top/build/dev/endpoint/client/tintype python_tests client
}
stage_crash() { daemon dev; python_tests crash; }
stage_faults() { daemon dev; python_tests faults; }
stage_soak() {
  daemon "$([ -x build/release/endpoint/tintyped ] && echo release || echo dev)"
  if [ "$TINTYPE_LONG" = 1 ]; then soak 600; else soak 20; fi
}
stage_quickstart() { timeout 1500 bash examples/quickstart.sh; }
stage_cross() { install_packages build cross; bash test/cross.sh; }

# Cases in a stage's log, "passed failed": doctest's and unittest's, lines that begin with "ok" or "FAIL" as our shell
# scripts say it; another program of ctest counts as one case.
cases() {
  awk '
    # Tests run side by side: the number at the beginning of a line says whose it is.
    { of = match($0, /^ *[0-9]+: /) ? $1 + 0 : 0 }
    /test cases: / {
      for (i = 2; i <= NF; i++) { if ($i ~ /^passed/) { p += $(i-1); ok = $(i-1) } if ($i ~ /^failed/) { f += $(i-1); bad[of] = $(i-1) } }
      told[of] = 1
    }
    / Test +#[0-9]+: / {
      at = $0; sub(/.*Test +#/, "", at); n = at + 0
      if (!told[n]) { if ($0 ~ / Passed /) p++; else f++ } else if ($0 !~ / Passed / && !bad[n]) f++
    }
    /^ok +[^ ]/ { p++ }
    /^FAIL +[^ ]/ { f++ }
    /^Ran [0-9]+ tests? in / { ran = $2 }
    /^(OK|FAILED)( \(.*\))?$/ {
      lost = 0; skipped = 0; line = $0
      while (match(line, /(failures|errors|unexpected successes|skipped)=[0-9]+/)) {
        split(substr(line, RSTART, RLENGTH), kv, "="); if (kv[1] == "skipped") skipped = kv[2]; else lost += kv[2]
        line = substr(line, RSTART + RLENGTH)
      }
      if (lost > ran) ran = lost
      p += ran - lost - skipped; f += lost; ran = 0
    }
    END { print p + 0, f + 0 }' "$1"
}

chosen() {
  { [ -z "$only" ] || listed "$1" "$only"; } && ! listed "$1" "$without"
}

# Tests over sockets mostly wait: lint runs beside them, on what they leave of the processor and no more.
beside=0
begin_lint() {
  [ "$beside" -eq 0 ] && chosen lint || return 0
  lint_began=$SECONDS
  (chrt --idle --pid 0 "$BASHPID"; set -euo pipefail; stage_lint) >build/test-logs/lint.log 2>&1 </dev/null &
  beside=$!
}

mkdir -p build/test-logs
passed=0 failed=0
trap 'exit 130' INT TERM
for name in "${stages[@]}"; do
  chosen "$name" || continue
  log=build/test-logs/$name.log
  began=$SECONDS
  [ "$name" != wire ] || begin_lint
  if [ "$name" = lint ] && [ "$beside" -ne 0 ]; then
    began=$lint_began
    wait "$beside"
    status=$?
  else
    (set -euo pipefail; "stage_$name") >"$log" 2>&1 </dev/null
    status=$?
  fi
  read -r good bad < <(cases "$log")
  [ "$status" -ne 0 ] && [ "$bad" -eq 0 ] && bad=1
  [ "$status" -eq 0 ] && [ $((good + bad)) -eq 0 ] && good=1
  passed=$((passed + good)) failed=$((failed + bad))
  if [ "$status" -eq 0 ] && [ "$bad" -eq 0 ]; then
    echo "ok     $name ($((SECONDS - began)) s, $good passed)"
  else
    echo "failed $name ($((SECONDS - began)) s, $good passed, $bad failed); the end of $log:"
    tail -n 60 "$log" | sed 's/^/  | /'
  fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
