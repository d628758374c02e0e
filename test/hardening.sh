#!/usr/bin/env bash
# What protects a program that was built to be shipped, as readelf sees it: `ok …` or `FAIL …` for each property.
#
#   test/hardening.sh PROGRAM…
set -euo pipefail
readelf=${READELF:-readelf}
failed=0

# property NAME COMMAND…: holds if the command says so.
property() {
  local name=$1
  shift
  if "$@"; then echo "ok   $program: $name"; else echo "FAIL $program: $name"; failed=1; fi
}
says() { grep -Eq -e "$1" <<<"$2"; }
marks() { [ "$("${OBJDUMP:-objdump}" -d --no-show-raw-insn "$2" | grep -Ecw "$1")" -gt 1000 ]; }
lacks() { ! grep -Eq -e "$1" <<<"$2"; }

for program in "$@"; do
  header=$("$readelf" -hW "$program")
  segments=$("$readelf" -lW "$program")
  dynamic=$("$readelf" -dW "$program")
  symbols=$("$readelf" --dyn-syms -W "$program")
  property "is loaded at an address of its own each time (PIE)" says 'Type: +DYN' "$header"
  property "binds its symbols at the start" says '\(FLAGS(_1)?\).*NOW' "$dynamic"
  property "has its relocations read-only from then on" says 'GNU_RELRO' "$segments"
  property "has a stack that can't be executed" says 'GNU_STACK .* RW ' "$segments"
  property "has no segment that can be written and executed" lacks ' LOAD .* RWE ' "$segments"
  property "has code in pages of its own" lacks ' R E .*\.rodata' "$segments"
  property "has no relocations in its code" lacks 'TEXTREL' "$dynamic"
  property "takes no library from where it was built" lacks 'R(UN)?PATH' "$dynamic"
  property "guards its stack" says '__stack_chk_fail' "$symbols"
  property "checks what it copies (_FORTIFY_SOURCE)" says '__(memcpy|memmove|read|snprintf|vsnprintf|fprintf)_chk' "$symbols"
  case $header in
    # Debian's own start-up files carry no CET note, so no program does: what can be seen are the marks in the code.
    *X86-64*) property "marks where control may jump to (CET)" marks endbr64 "$program" ;;
    *AArch64*) property "marks where control may jump to (BTI)" marks 'bti|paciasp' "$program" ;;
  esac
done
exit $failed
