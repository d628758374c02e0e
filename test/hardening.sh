#!/usr/bin/env bash
# What the linker did to protect a program that is shipped, as readelf sees it: `ok …` or `FAIL …` for each property.
#
#   test/hardening.sh PROGRAM…
set -euo pipefail
failed=0

# property NAME COMMAND…: holds if the command says so.
property() {
  local name=$1
  shift
  if "$@"; then echo "ok   $program: $name"; else echo "FAIL $program: $name"; failed=1; fi
}
says() { grep -Eq -e "$1" <<<"$2"; }
lacks() { ! grep -Eq -e "$1" <<<"$2"; }

for program in "$@"; do
  header=$(readelf -hW "$program")
  segments=$(readelf -lW "$program")
  dynamic=$(readelf -dW "$program")
  property "is loaded at an address of its own each time (PIE)" says 'Type: +DYN' "$header"
  property "binds its symbols at the start" says '\(FLAGS(_1)?\).*NOW' "$dynamic"
  property "has its relocations read-only from then on" says 'GNU_RELRO' "$segments"
  property "has a stack that can't be executed" says 'GNU_STACK .* RW ' "$segments"
  property "has no segment that can be written and executed" lacks ' LOAD .* RWE ' "$segments"
  property "has no relocations in its code" lacks 'TEXTREL' "$dynamic"
done
exit $failed
