#!/usr/bin/env bash
# clang-format over every C++ file of ours; cppcheck and clang-tidy over those that are compiled into the library and the
# programs. With TINTYPE_LONG=1 clang-tidy over the unit tests too, and with clang's static analyzer, which takes as long
# as all other checks together. A file that clang-tidy found clean is not read again until it, a header that it includes or .clang-tidy
# changes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

sources() { git ls-files -co --exclude-standard -- '*.cpp' '*.hpp' | grep -v '^wsdl/'; }
sources | xargs clang-format --dry-run -Werror
echo "clang-format: $(sources | wc -l) files in form"

# What it is wrong about stands in test/cppcheck.txt. It keeps what it found out about a file that stays as it is.
mkdir -p build/cppcheck
cppcheck --quiet --error-exitcode=1 --enable=warning,performance,portability --std=c++20 --language=c++ \
  --suppressions-list=test/cppcheck.txt --cppcheck-build-dir=build/cppcheck -j "$(nproc)" -Ilib/include -Ilib -Iendpoint lib endpoint
echo "cppcheck: clean"

tree=build/lint
mkdir -p build/test-logs
cmake --preset clang -B "$tree" >build/test-logs/cmake-lint.log 2>&1 || { cat build/test-logs/cmake-lint.log; exit 1; }
ninja -C "$tree" tintype_binding

export tree cache="${XDG_CACHE_HOME:-$HOME/.cache}/tintype-tidy"
mkdir -p "$cache"
export rules
checks=-clang-analyzer-*
[ "${TINTYPE_LONG:-0}" = 1 ] && checks=
export checks
rules=$( (clang-tidy --version; cat .clang-tidy; echo "$checks") | sha256sum)

# What the compiler sees of a file, with the rules that are applied to it, names the verdict. The .clang-tidy file asks
# for what preprocessing drops, comments with NOLINT, so the file itself is part of it too.
tidy() {
  local file=$1 command key
  command=$(/usr/bin/python3 - "$tree/compile_commands.json" "$file" <<'PY'
import json, os, shlex, sys
for entry in json.load(open(sys.argv[1])):
    if os.path.realpath(entry["file"]) == os.path.realpath(sys.argv[2]):
        words = shlex.split(entry["command"])
        words = words[1:] if os.path.basename(words[0]) == "ccache" else words
        drop = words.index("-o")
        words = [w for i, w in enumerate(words) if i not in (drop, drop + 1) and w != "-c"]
        print("cd", shlex.quote(entry["directory"]), "&&", shlex.join([*words, "-E", "-P"]))
        break
PY
  )
  [ -n "$command" ] || return 0 # not part of this build
  key=$( (echo "$rules"; bash -c "$command"; cat "$file") 2>/dev/null | sha256sum | cut -d' ' -f1)
  [ -e "$cache/$key" ] && return 0
  clang-tidy --quiet --checks="$checks" -p "$tree" "$file" 2> >(grep -vE 'warnings? (generated|treated)|Suppressed|Use -header-filter' >&2) && : >"$cache/$key"
}
export -f tidy
read_by_tidy=('lib/*.cpp' 'endpoint/*.cpp')
[ "${TINTYPE_LONG:-0}" = 1 ] && read_by_tidy+=('test/unit/*.cpp') # as long again as all the rest
git ls-files -co --exclude-standard -- "${read_by_tidy[@]}" |
  xargs -P "$(nproc)" -I{} bash -c 'tidy {} || { echo "clang-tidy: {}"; exit 1; }'
find "$cache" -type f -mtime +30 -delete
echo "clang-tidy: clean"
