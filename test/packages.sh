# Sourced, by examples/quickstart.sh, test/run.sh and test/bench/run.sh: installs what test/packages.txt lists and this machine lacks.
#
#   install_packages build run      # sections of the list

_packages_list="$(dirname "${BASH_SOURCE[0]}")/packages.txt"

# Names in the given sections, one a line.
list_packages() {
  awk -v wanted=" $* " '
    /^# (build|parts|run|test|bench|cross)$/ { inside = index(wanted, " " $2 " "); next }
    inside && NF && !/^#/  { print $1 }' "$_packages_list"
}

# What of the given sections is neither installed nor provided by something that is (nodejs from elsewhere brings npm).
missing_packages() {
  list_packages "$@" | grep -vxFf <(
    dpkg-query -W -f '${db:Status-Status}\t${Package}, ${Provides}\n' 2>/dev/null |
      sed -n 's/^installed\t//p' | tr ',' '\n' | sed 's/ *(.*//; s/^ *//; /^$/d')
}

# Quick and silent when nothing is missing; asks for sudo only when something is.
install_packages() {
  local missing as_root=()
  missing=$(missing_packages "$@") || return 0
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || {
      echo "These packages are missing and there is no sudo to install them with; as root: apt-get install" $missing >&2
      return 1
    }
    as_root=(sudo)
  fi
  echo "Installing:" $missing
  local log status=0
  log=$(mktemp)
  { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -q &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing; } \
    >"$log" 2>&1 </dev/null || status=1
  if [ $status -ne 0 ]; then
    tail -n 20 "$log" >&2
    echo "apt-get could not install these packages (its last words are above):" $missing >&2
  fi
  rm -f "$log"
  return $status
}
