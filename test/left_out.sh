#!/usr/bin/env bash
# Whether a tintyped of the firmware preset says in clear words what it was built without: `ok …` or `FAIL …` for each part
# that is left out (docs/embedding.md).
#
#   test/left_out.sh TINTYPED
set -euo pipefail
tintyped=${1:?usage: left_out.sh TINTYPED}
failed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# refuses WHAT STATUS WORDS ARGUMENT…
refuses() {
  local what=$1 status=$2 words=$3 came=0
  shift 3
  "$tintyped" "$@" >"$work/said" 2>&1 || came=$?
  if [ "$came" = "$status" ] && grep -qF -- "$words" "$work/said"; then
    echo "ok   $what is refused: $words"
  else
    echo "FAIL $what: status $came, and the words: $(cat "$work/said")"
    failed=1
  fi
}

# configured WHAT WORDS ARGUMENT…: as a configuration has it that is good but for what is left out.
configured() {
  refuses "$1" 3 "$2" --check-config --listener.url=http://127.0.0.1:0/wsman --jobs.store=memory "--backend.store=$work" "${@:3}"
}

configured "the simulation" "backend.kind: this tintyped was built without the simulation in memory" --backend.kind=memory
configured "libvirt" "backend.kind: this tintyped was built without libvirt" --backend.kind=libvirt --backend.uris=test:///default
configured "a certificate log-on" "auth.certificate.mappings: this tintyped was built without client certificates" \
  "--auth.certificate.mappings=$work/mappings"
configured "Negotiate" "this tintyped was built without GSSAPI" "--auth.negotiate.keytab=$work/keytab"
configured "PAM" "auth.basic.pam: this tintyped was built without PAM" --auth.basic.pam=login
configured "the journal" "audit.sink: this tintyped was built without systemd's journal" --audit.sink=journal
exit $failed
