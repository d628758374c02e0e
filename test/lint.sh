#!/usr/bin/env bash
# clang-format over every C++ file of ours; cppcheck and clang-tidy (test/lint/tidy.py) over those that are compiled into
# the library and the programs. With TINTYPE_LONG=1 clang-tidy over the unit tests too, each file by itself, and with
# clang's static analyzer, which takes as long as all other checks together. What clang-tidy found clean is not read again
# until it, a header that it includes or .clang-tidy changes.
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
ninja -C "$tree" tintype_binding tintype_build_id

read_by_tidy=('lib/*.cpp' 'endpoint/*.cpp')
[ "${TINTYPE_LONG:-0}" = 1 ] && read_by_tidy+=('test/unit/*.cpp') # as long again as all the rest
# The long run reads each file by itself, with clang's static analyzer.
checks=-clang-analyzer-* group=12
[ "${TINTYPE_LONG:-0}" = 1 ] && checks='' group=1
git ls-files -co --exclude-standard -- "${read_by_tidy[@]}" |
  xargs /usr/bin/python3 test/lint/tidy.py "$tree" "$checks" "$group"
find "${XDG_CACHE_HOME:-$HOME/.cache}/tintype-tidy" -type f -mtime +30 -delete
