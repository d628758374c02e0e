#!/usr/bin/env bash
# Installs a build into a temporary folder and uses it as another project would: builds examples/appliance against it
# through find_package and through pkg-config, runs it, and destroys one of its snapshots over HTTP; builds and runs
# examples/custom-class, and invokes the methods of its class.
#
#   test/install.sh [BUILD_DIR]     (default: build/release; built if need be)
set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$(realpath -m "${1:-$top/build/release}")

work=$(mktemp -d)
running=
clean_up() {
  [ -z "$running" ] || kill "$running" 2>/dev/null || true
  rm -rf "$work"
}
trap clean_up EXIT

passed=0
ok() { passed=$((passed + 1)); echo "ok   $*"; }
fail() { echo "FAIL $*" >&2; exit 1; }
check() {  # check WHAT COMMAND…
  local what=$1
  shift
  "$@" >"$work/log" 2>&1 || { cat "$work/log" >&2; fail "$what"; }
  ok "$what"
}
start() {  # start NAME COMMAND…: runs a program that writes its URL when it listens; the URL is in `url` then
  local name=$1
  shift
  rm -f "$work/url"
  mkfifo "$work/url"
  "$@" >"$work/url" 2>"$work/$name.log" &
  running=$!
  url=
  read -r -t 30 url <"$work/url" || true
  [ -n "$url" ] || { cat "$work/$name.log" >&2; fail "the $name says where it listens"; }
  ok "the $name listens on $url"
}
stop() {
  kill "$running"
  wait "$running" 2>/dev/null || true
  running=
}

# Install.
[ -f "$build/build.ninja" ] || (cd "$top" && cmake --preset release -B "$build" >/dev/null)
check "the build is configured as the tree now says" ninja -C "$build" build.ninja
targets=(tintype tintyped)  # and the daemon's modules with it
installed=(include/tintype/server.hpp sbin/tintyped share/man/man8/tintyped.8)
if ninja -C "$build" -t query tintype_client >/dev/null 2>&1; then # left out where libcurl is not there
  targets+=(tintype_client)
  installed+=(bin/tintype share/man/man1/tintype.1 share/bash-completion/completions/tintype)
fi
check "the build is up to date" ninja -C "$build" "${targets[@]}"
prefix=$work/prefix
check "cmake --install" cmake --install "$build" --prefix "$prefix"
lib=$(dirname "$(find "$prefix" -name libtintype.a)")
for file in "${installed[@]}"; do
  check "$file is installed" test -f "$prefix/$file"
done
if [ -f "$prefix/lib/systemd/system/tintyped.service" ]; then
  check "the unit file starts the program where it lies" grep -qx "ExecStart=$prefix/sbin/tintyped .*" \
    "$prefix/lib/systemd/system/tintyped.service"
fi
# What a user of the package sees must not depend on where it was built.
if grep -rIl --include='*.cmake' --include='*.pc' --include='*.hpp' --include='*.service' -e "$top" -e "$build" "$prefix"; then
  fail "the files above name the folder it was built in"
fi
ok "nothing installed names the folder it was built in"

# Build against it.
check "find_package finds it" cmake -G Ninja -S "$top/examples/appliance" -B "$work/build" "-DCMAKE_PREFIX_PATH=$prefix" \
  -DCMAKE_BUILD_TYPE=Debug
check "the appliance builds against it" cmake --build "$work/build"
flags=$(PKG_CONFIG_PATH="$lib/pkgconfig" pkg-config --static --cflags --libs tintype)
# shellcheck disable=SC2086  # words on purpose
check "the appliance builds with pkg-config" c++ -std=c++20 -o "$work/with-pkg-config" "$top/examples/appliance/appliance.cpp" $flags
check "the custom class finds it too" cmake -G Ninja -S "$top/examples/custom-class" -B "$work/custom-class" \
  "-DCMAKE_PREFIX_PATH=$prefix" -DCMAKE_BUILD_TYPE=Debug
check "the custom class builds, with a gSOAP binding of its own" cmake --build "$work/custom-class"
check "the installed daemon runs" "$prefix/sbin/tintyped" --version
if readelf -SW "$lib/libtintype.a" | grep -q '\.gnu\.lto_'; then
  fail "the installed library holds nothing that only one compiler reads"
fi
ok "the installed library holds nothing that only one compiler reads"

# A part in a module: it is loaded from the prefix, and from nowhere else.
module=$lib/tintype/negotiate.so
if ninja -C "$build" -t query tintyped_negotiate >/dev/null 2>&1; then # left out where GSSAPI or modules are
  (umask 077; echo 'WORKGROUP:alice:Passw0rd!' >"$work/ntlm")
  negotiate=("$prefix/sbin/tintyped" --check-config --listener.url=http://127.0.0.1:0/wsman --backend.kind=memory
             --jobs.store=memory "--auth.negotiate.ntlm_users=$work/ntlm")
  check "the installed daemon loads a part when it is asked for" "${negotiate[@]}"
  mv "$module" "$work/elsewhere.so"
  check "without the part it runs" "$prefix/sbin/tintyped" --version
  if LD_LIBRARY_PATH=$work "${negotiate[@]}" >"$work/log" 2>&1 || ! grep -qF "a module can't be loaded: $module" "$work/log"; then
    cat "$work/log" >&2
    fail "it says which file it misses"
  fi
  ok "it says which file it misses"
  # One digit of the other build's name is another.
  build_id=$(grep -aoE '[0-9]+\.[0-9]+\.[0-9]+ [0-9a-f]{16}' "$work/elsewhere.so" | head -n 1)
  other_id=${build_id%?}$([[ $build_id == *0 ]] && echo 1 || echo 0)
  LC_ALL=C sed "s/$build_id/$other_id/" "$work/elsewhere.so" >"$module"
  if "${negotiate[@]}" >"$work/log" 2>&1 || ! grep -qF "$module is not of this build of tintyped ($build_id)" "$work/log"; then
    cat "$work/log" >&2
    fail "it refuses a part of another build"
  fi
  ok "it refuses a part of another build"
  mv "$work/elsewhere.so" "$module"
fi

# A volume with two snapshots: the lower one holds both blocks, the upper one has replaced the first.
volume=5B6E1A0C-9C1E-4C53-A5B5-0C4E5D6F7A81
lower=0D9B4F62-7A53-4D0B-8B8E-2F1C3A4D5E60
upper=C1E7A9B3-52D4-4A6F-9E08-7B1D2C3F4A55
store=$work/store
mkdir -p "$store/volumes/$volume/blocks" "$store/snapshots/$lower/blocks" "$store/snapshots/$upper/blocks"
echo archive >"$store/volumes/$volume/name"
echo $upper >"$store/volumes/$volume/parent"
echo lower >"$store/snapshots/$lower/name"
echo upper >"$store/snapshots/$upper/name"
echo $volume | tee "$store/snapshots/$lower/volume" >"$store/snapshots/$upper/volume"
: >"$store/snapshots/$lower/parent"
echo $lower >"$store/snapshots/$upper/parent"
echo first >"$store/snapshots/$lower/blocks/0"
echo second >"$store/snapshots/$lower/blocks/1"
echo first, changed >"$store/snapshots/$upper/blocks/0"
check "tintyped user add" "$prefix/sbin/tintyped" user add alice --file "$work/users" <<<"Passw0rd!"

# Run it on a free port.
start appliance "$work/build/appliance" "$store" "$work/users" http://127.0.0.1:0/wsman

namespace=http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2
post() {  # post ACTION CLASS SELECTORS BODY: the answer on standard output
  cat >"$work/request.xml" <<XML
<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"
            xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd">
  <s:Header>
    <a:To>$url</a:To>
    <a:ReplyTo><a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address></a:ReplyTo>
    <a:Action s:mustUnderstand="true">$1</a:Action>
    <a:MessageID>uuid:$(cat /proc/sys/kernel/random/uuid)</a:MessageID>
    <w:ResourceURI s:mustUnderstand="true">$namespace/$2</w:ResourceURI>
    $3
  </s:Header>
  <s:Body>$4</s:Body>
</s:Envelope>
XML
  curl --silent --show-error --max-time 30 --user 'alice:Passw0rd!' --data-binary "@$work/request.xml" \
    --header 'Content-Type: application/soap+xml;charset=UTF-8' "$url"
}

answer=$(post "$namespace/Msvm_VirtualSystemSnapshotService/DestroySnapshot" Msvm_VirtualSystemSnapshotService "" "
<p:DestroySnapshot_INPUT xmlns:p=\"$namespace/Msvm_VirtualSystemSnapshotService\">
  <p:AffectedSnapshot>
    <a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address>
    <a:ReferenceParameters>
      <w:ResourceURI>$namespace/Msvm_VirtualSystemSettingData</w:ResourceURI>
      <w:SelectorSet><w:Selector Name=\"InstanceID\">Microsoft:$lower</w:Selector></w:SelectorSet>
    </a:ReferenceParameters>
  </p:AffectedSnapshot>
</p:DestroySnapshot_INPUT>")
[[ $answer == *"ReturnValue>4096<"* ]] || fail "DestroySnapshot answers 4096: $answer"
ok "DestroySnapshot answers 4096"
job=$(sed -n 's/.*Name="InstanceID">\([^<]*\)<.*/\1/p' <<<"$answer" | head -n 1)

state=
for ((tries = 0; tries < 200; ++tries)); do
  answer=$(post http://schemas.xmlsoap.org/ws/2004/09/transfer/Get Msvm_ConcreteJob \
    "<w:SelectorSet><w:Selector Name=\"InstanceID\">$job</w:Selector></w:SelectorSet>" "")
  state=$(sed -n 's/.*<p:JobState>\([0-9]*\)<.*/\1/p' <<<"$answer" | head -n 1)
  [ -n "$state" ] || fail "the job can be asked for: $answer"
  [ "$state" -lt 7 ] || break
  sleep 0.05  # clients ask again in the same way
done
[ "$state" = 7 ] || fail "the job completes: $answer"
ok "the job completes"

[ ! -e "$store/snapshots/$lower" ] || fail "the snapshot is gone"
ok "the snapshot is gone"
[ -z "$(cat "$store/snapshots/$upper/parent")" ] || fail "what stood on it stands on its parent"
ok "what stood on it stands on its parent"
[ "$(cat "$store/snapshots/$upper/blocks/0" "$store/snapshots/$upper/blocks/1")" = $'first, changed\nsecond' ] ||
  fail "what stood on it reads the same"
ok "what stood on it reads the same"

stop

# A class of the embedder's own.
start custom-class "$work/custom-class/custom-class" "$work/users" http://127.0.0.1:0/wsman
namespace=http://schemas.microsoft.com/wbem/wsman/1/wmi/root/acme
invoke() {  # invoke METHOD PARAMETERS: the answer
  post "$namespace/Acme_Lamp/$1" Acme_Lamp "" "<c:$1_INPUT xmlns:c=\"$namespace/Acme_Lamp\">$2</c:$1_INPUT>"
}
answers() {  # answers WHAT WORDS ANSWER
  [[ $3 == *"$2"* ]] || fail "$1: $3"
  ok "$1"
}
answer=$(invoke Dim "<c:Level>40</c:Level>")
answers "the generic method hands out what was" ":Previous>100<" "$answer"
answers "the generic method returns 0" ":ReturnValue>0<" "$answer"
answers "a Get sees what it did" ":Level>40<" "$(post http://schemas.xmlsoap.org/ws/2004/09/transfer/Get Acme_Lamp "" "")"
answers "the generic method's own refusal is a return value" ":ReturnValue>5<" "$(invoke Dim "<c:Level>101</c:Level>")"
answers "the generic method misses a parameter" ":InvalidParameter<" "$(invoke Dim "")"
answers "the generic method refuses a wrong type" "faultDetail/TypeMismatch<" "$(invoke Dim "<c:Level>bright</c:Level>")"
answers "the generic method refuses what is out of range" "faultDetail/TypeMismatch<" "$(invoke Dim "<c:Level>256</c:Level>")"
answer=$(invoke Blink "<c:Times>3</c:Times><c:Colour>white</c:Colour>")
answers "the typed method hands out what it computed" ":Milliseconds>1500<" "$answer"
answers "the typed method's answer is in the class's namespace" " xmlns:lamp=\"$namespace/Acme_Lamp\"" "$answer"
answers "the typed method may be asked without what is optional" ":ReturnValue>0<" "$(invoke Blink "<c:Times>3</c:Times>")"
answers "the typed method misses a parameter" ":InvalidParameter<" "$(invoke Blink "<c:Colour>white</c:Colour>")"
answers "the typed method refuses a wrong type" "faultDetail/TypeMismatch<" "$(invoke Blink "<c:Times>often</c:Times>")"
answers "a method that is not there is not supported" ":ActionNotSupported<" "$(invoke Explode "")"
namespace=http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2
answers "who names the class by another URI has the typed method's answer under that one" \
  " xmlns:lamp=\"$namespace/Acme_Lamp\"" "$(invoke Blink "<c:Times>3</c:Times>")"
answers "and the generic method's" ":Previous>40<" "$(invoke Dim "<c:Level>40</c:Level>")"
stop
echo "$passed passed"
