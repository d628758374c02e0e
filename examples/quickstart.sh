#!/usr/bin/env bash
# Tintype in a few minutes, on a plain Debian 12: builds the daemon, makes a virtual machine's disks with a tree of
# snapshots, serves them over HTTPS, and destroys one snapshot the way a WS-Management client does.
#
# usage: examples/quickstart.sh [--keep]
#   --keep   leave the daemon running at the end, and say how to reach it, until Enter is pressed
#
# Installs the Debian packages that are missing (as root, or with sudo), builds in build/quickstart, works in a temporary
# folder, and leaves nothing else behind.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
top=$PWD
. test/packages.sh

keep=
case ${1:-} in
  "") ;;
  --keep) keep=yes ;;
  -h | --help) sed -n '2,9s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
  *) echo "examples/quickstart.sh: what is '$1'? (--help)" >&2; exit 2 ;;
esac

bold= plain=
if [ -t 1 ]; then bold=$(printf '\033[1m') plain=$(printf '\033[0m'); fi
step() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }

work=$(mktemp -d "${TMPDIR:-/tmp}/tintype-quickstart.XXXXXX")
daemon=
finish() {
  local status=$?
  trap - EXIT INT TERM
  if [ -n "$daemon" ] && kill "$daemon" 2>/dev/null; then wait "$daemon" || true; fi
  if [ "$status" -ne 0 ] && [ "$status" -ne 130 ]; then
    echo
    echo "That did not work. The last lines of what was going on:"
    ls -t "$work"/*.log 2>/dev/null | head -n 1 | xargs -r tail -n 20 | sed 's/^/  | /'
  fi >&2
  rm -rf "$work"
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM

# quietly NAME COMMAND …: its output goes to a log, which is shown should it fail.
quietly() { local name=$1; shift; "$@" >"$work/$name.log" 2>&1 </dev/null; }

step "1. Packages and build"
install_packages build run
export CCACHE_BASEDIR=$top
quietly configure cmake --preset release -B build/quickstart -DTINTYPE_TESTS=OFF -DTINTYPE_BENCH=OFF
quietly build cmake --build build/quickstart --target tintyped
tintyped=$top/build/quickstart/endpoint/tintyped
echo "Built $("$tintyped" --version)."

step "2. A virtual machine with two disks and five snapshots, made by qemu-img"
guid() { tr a-f A-F </proc/sys/kernel/random/uuid; }
vm=$work/vms/build-server
mkdir -p "$vm"
disks=(system.qcow2 data.qcow2)
for disk in "${disks[@]}"; do quietly qemu qemu-img create -f qcow2 "$vm/$disk" 64M; done
cat >"$vm/machine.toml" <<TOML
id = "$(guid)"
name = "Build server"
disks = ["${disks[0]}", "${disks[1]}"]
TOML
echo "format = 1" >"$vm/snapshots.toml"

declare -A id
snapshot() { # NAME [PARENT]
  id[$1]=$(guid)
  local disk number=${#id[@]}
  for disk in "${disks[@]}"; do
    quietly qemu qemu-io -f qcow2 -c "write -P $number ${number}M 1M" "$vm/$disk"
    quietly qemu qemu-img snapshot -c "${id[$1]}" "$vm/$disk"
  done
  {
    printf '\n[[snapshot]]\nid = "%s"\nname = "%s"\ncreated = %s\n' "${id[$1]}" "$1" "$(date -u +%Y-%m-%dT%H:%M:%SZ)"
    [ -z "${2:-}" ] || printf 'parent = "%s"\n' "${id[$2]}"
  } >>"$vm/snapshots.toml"
}
snapshot "fresh install"
snapshot "before upgrade" "fresh install"
snapshot "after upgrade" "before upgrade"
snapshot "experiment" "before upgrade"
snapshot "known good" "fresh install"
checksums() { # of what a guest reads from the disks now
  local disk
  for disk in "${disks[@]}"; do
    qemu-img convert -f qcow2 -O raw "$vm/$disk" "$work/raw"
    sha256sum <"$work/raw"
  done
}
contents=$(checksums)
echo "In $vm"

step "3. The daemon, over HTTPS on a free port of this machine"
quietly certificate openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 \
  -subj /CN=localhost -addext "subjectAltName=IP:127.0.0.1,DNS:localhost" -keyout "$work/key.pem" -out "$work/cert.pem"
chmod 600 "$work/key.pem"
export TINTYPE_USER=alice TINTYPE_PASSWORD TINTYPE_CA=$work/cert.pem
TINTYPE_PASSWORD=$(openssl rand -base64 18)
"$tintyped" user add alice --file "$work/users" <<<"$TINTYPE_PASSWORD"
cat >"$work/tintyped.toml" <<TOML
[[listener]]
url = "https://127.0.0.1:0/wsman"
certificate = "$work/cert.pem"
key = "$work/key.pem"

[auth]
basic.users = "$work/users"

[backend]
kind = "qcow2"
store = "$work/vms"

[jobs]
store = "sqlite:$work/jobs.db"
TOML
"$tintyped" --config "$work/tintyped.toml" --url-file "$work/urls" >"$work/tintyped.log" 2>&1 </dev/null &
daemon=$!
until [ -s "$work/urls" ]; do
  kill -0 "$daemon" 2>/dev/null || { wait "$daemon" || true; daemon=; exit 1; }
  sleep 0.05
done
TINTYPE_URL=$(head -n 1 "$work/urls")
export TINTYPE_URL
echo "tintyped serves $TINTYPE_URL"

client=examples/clients/curl/tintype.sh
show_tree() { # from what the client lists: InstanceID, parent, machine, name
  "$client" list >"$work/list"
  awk -F '\t' '
    { name[$1] = $4; order[NR] = $1; parent[$1] = $2 }
    function show(node, indent,   i, last, rest) {
      for (i = 1; i <= NR; i++) if (parent[order[i]] == node) last = i
      for (i = 1; i <= NR; i++) if (parent[order[i]] == node) {
        print "  " indent (node == "-" ? "" : (i == last ? "└─ " : "├─ ")) name[order[i]]
        show(order[i], indent (node == "-" ? "" : (i == last ? "   " : "│  ")))
      }
    }
    END { show("-", "") }' < <(sort -t "$(printf '\t')" -k 4 "$work/list")
}

step "4. The snapshots, as a WS-Management client lists them (Enumerate Msvm_VirtualSystemSettingData)"
show_tree

step "5. DestroySnapshot of 'before upgrade', as a client asks for it, and its job"
echo "  \$ $client destroy Microsoft:${id[before upgrade]}"
"$client" destroy "Microsoft:${id[before upgrade]}" | sed 's/^/  /'

step "6. The snapshots now: what was taken after it has moved up to its parent"
show_tree

step "7. The disks, as qemu-img finds them"
names=()
for name in "${!id[@]}"; do names+=(-e "s/${id[$name]}/$name/"); done
for disk in "${disks[@]}"; do
  echo "  $disk: $(qemu-img info --output=json "$vm/$disk" | sed -n 's/^ *"name": "\(.*\)".*/\1/p' | sed "${names[@]}" | sort | paste -sd, | sed 's/,/, /g')"
  if qemu-img snapshot -l "$vm/$disk" | grep -q "${id[before upgrade]}"; then
    echo "the snapshot is still there" >"$work/check.log"
    exit 1
  fi
done
if [ "$contents" != "$(checksums)" ]; then
  echo "the machine's current state has changed" >"$work/check.log"
  exit 1
fi
echo "  The machine's current state is what it was."

if [ -n "$keep" ]; then
  step "Still running, until you press Enter. In another terminal:"
  printf '  export %s=%q\n' TINTYPE_URL "$TINTYPE_URL" TINTYPE_USER "$TINTYPE_USER" TINTYPE_PASSWORD "$TINTYPE_PASSWORD" \
    TINTYPE_CA "$TINTYPE_CA"
  echo "  $client list"
  read -r _
fi

step "That is all: the daemon is stopped and the machine removed. What to read next: README.md, examples/clients/README.md"
