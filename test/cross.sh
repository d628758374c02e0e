#!/usr/bin/env bash
# Builds tintyped of the firmware preset for other processors, and runs it there: qemu-user answers for the processor, a
# sysroot of Debian packages for the libraries (test/cross/sysroot.sh, which leaves the host as it is). Says how large it
# is, and tests that it answers Identify and destroys a snapshot.
#
#   test/cross.sh [ARCHITECTURE…]     (arm64 and armhf; 32 bits and 64)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
[ $# -gt 0 ] || set -- arm64 armhf

for architecture in "$@"; do
  case $architecture in
    arm64) triplet=aarch64-linux-gnu emulator=qemu-aarch64 ;;
    armhf) triplet=arm-linux-gnueabihf emulator=qemu-arm ;;
    *) echo "cross.sh: what is $architecture?" >&2; exit 2 ;;
  esac
  folder=$PWD/build/cross/$architecture
  bash test/cross/sysroot.sh "$architecture" "$folder/sysroot"
  build=$folder/build
  cmake --preset firmware -B "$build" -DCMAKE_TOOLCHAIN_FILE="$PWD/test/cross/toolchain.cmake" \
    -DTINTYPE_MEMORY_BACKEND=ON -DTINTYPE_TRIPLET=$triplet -DTINTYPE_SYSROOT="$folder/sysroot/root"
  ninja -C "$build" -j "$(nproc)" tintyped
  program=$build/endpoint/tintyped
  READELF=$triplet-readelf OBJDUMP=$triplet-objdump bash test/hardening.sh "$program"
  size=$(stat -c %s "$program")
  echo "tintyped for $architecture: $size bytes"
  /usr/bin/python3 test/cross/answers.py "$architecture" $emulator -L "$folder/sysroot/root" "$program"
done
