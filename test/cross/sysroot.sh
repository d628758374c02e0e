#!/usr/bin/env bash
# Makes a sysroot of Debian 12 for another architecture, with what tintyped is built with and runs with. Asks the host's
# apt for nothing but its program: lists, archives and what counts as installed are in a folder of its own, so neither
# the host's packages nor its list of architectures change, and root is not needed.
#
#   test/cross/sysroot.sh ARCHITECTURE FOLDER     the sysroot is FOLDER/root; nothing is done if it is there
set -euo pipefail
architecture=${1:?usage: sysroot.sh ARCHITECTURE FOLDER}
mkdir -p "${2:?usage: sysroot.sh ARCHITECTURE FOLDER}"
folder=$(realpath "$2")
packages=(libboost-dev libc6-dev libcrypt-dev libexpected-dev libfmt-dev libgsoap-dev libjansson-dev libspdlog-dev
  libsqlite3-dev libssl-dev libstdc++-12-dev libtomlplusplus-dev)

wanted="${packages[*]}"
[ -d "$folder/root" ] && [ "$(cat "$folder/packages" 2>/dev/null)" = "$wanted" ] && exit 0
rm -rf "$folder"
mkdir -p "$folder"/{etc/apt.conf.d,etc/preferences.d,state/lists/partial,cache/archives/partial,log,unpacked}
: >"$folder/state/status"
mirror=${TINTYPE_DEBIAN_MIRROR:-http://deb.debian.org}
signed="[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]"
cat >"$folder/etc/sources.list" <<TEXT
deb $signed $mirror/debian bookworm main
deb $signed $mirror/debian bookworm-updates main
deb $signed $mirror/debian-security bookworm-security main
TEXT
cat >"$folder/etc/apt.conf" <<TEXT
APT::Architecture "$architecture";
APT::Architectures { "$architecture"; };
APT::Sandbox::User "$(id -un)";
Acquire::Languages "none";
Acquire::Retries "3";
Debug::NoLocking "true";
Dir::Etc "$folder/etc";
Dir::Etc::sourcelist "$folder/etc/sources.list";
Dir::Etc::sourceparts "-";
Dir::State "$folder/state";
Dir::State::status "$folder/state/status";
Dir::Cache "$folder/cache";
Dir::Log "$folder/log";
TEXT
export APT_CONFIG=$folder/etc/apt.conf
# A mirror may be in the middle of its own update; what is missing then, if anything, is told below.
apt-get -q update || echo "sysroot.sh: goes on with the lists that came"
apt-get -q -y --no-install-recommends --download-only install "${packages[@]}"
for archive in "$folder"/cache/archives/*.deb; do dpkg-deb -x "$archive" "$folder/unpacked"; done
rm -rf "$folder/cache" "$folder/state"
# Links that lead to the root of a file system lead into this one.
find "$folder/unpacked" -type l -lname '/*' -printf '%p\t%l\n' | while IFS=$'\t' read -r link target; do
  ln -sfnr "$folder/unpacked$target" "$link"
done
mv "$folder/unpacked" "$folder/root"
echo "$wanted" >"$folder/packages"
