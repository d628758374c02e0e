#!/usr/bin/env bash
# The contracts in wsdl/ hold: schemas compile, WSDL is valid, messages that should be valid are and the others are not,
# and the binding header has what the schema has. One line for each check.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.."
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT
failed=0

# check NAME COMMAND…: passes when the command does. Its output is shown when it does not.
check() {
  local name=$1
  shift
  if "$@" > "$temporary/output" 2>&1; then
    echo "ok    $name"
  else
    echo "FAIL  $name"
    sed 's/^/        /' "$temporary/output"
    failed=1
  fi
}
refused() { ! xmllint --nonet --noout --schema test/contracts/everything.xsd "$1" && grep -q 'fails to validate' "$temporary/output"; }
valid() { xmllint --nonet --noout --schema test/contracts/everything.xsd "$1"; }

# A schema that does not compile makes xmllint fail with 5, whatever the message is; an empty message is only invalid, 3.
compiles() {
  echo '<none/>' > "$temporary/none.xml"
  xmllint --nonet --noout --schema "$1" "$temporary/none.xml"
  [ $? = 3 ]
}

# The INPUT and OUTPUT elements in the files given.
methods_of_schema() { grep -ho 'element name="[A-Za-z]*_\(INPUT\|OUTPUT\)"' "$@" | grep -o '[A-Za-z]*_[A-Z]*' | sort -u; }
methods_of_wsdl() { grep -ho 'part name="body" element="p:[A-Za-z_]*"' "$@" | grep -o '[A-Za-z]*_[A-Z]*' | sort -u; }
# Structs may have the class in front.
methods_of_binding() { grep -o '^struct p__[A-Za-z_]*' wsdl/binding.h | sed 's/_USCORE/_/g' | grep -o '[A-Za-z]*_[A-Z]*$' | sort -u; }
same_methods() { diff <(methods_of_schema "wsdl/$1.xsd") <(methods_of_wsdl "wsdl/$1.wsdl"); }
all_bound() { diff <(methods_of_schema wsdl/*.xsd) <(methods_of_binding); }

for schema in wsdl/*.xsd test/contracts/*.xsd; do check "$schema compiles" compiles "$schema"; done
for wsdl in wsdl/*.wsdl; do
  check "$wsdl is valid WSDL 1.1" xmllint --nonet --noout --schema test/contracts/wsdl11.xsd "$wsdl"
  check "$wsdl and its schema have the same methods" same_methods "$(basename "$wsdl" .wsdl)"
done
check "wsdl/binding.h has the methods of all schemas" all_bound
for message in test/contracts/valid/*.xml; do check "$message is valid" valid "$message"; done
for message in test/contracts/invalid/*.xml; do check "$message is not valid" refused "$message"; done

# What real clients sent, where they keep to the specification (pywinrm does not: its mustUnderstand has no prefix).
for name in dmt-enum-01 dmt-get-01 dmt-invoke-01 drac-enum-01 omicli-basic-enum-01 omicli-basic-get-01 omicli-basic-invoke-01 \
    pywinrm-debian-basic-identify-01 wsmancli-enum-opt-01 wsmancli-put-01; do
  perl -0777 -pe 's/^.*?\r\n\r\n//s' "test/captures/$name.http" > "$temporary/$name.xml"
  check "test/captures/$name.http is valid" valid "$temporary/$name.xml"
done
exit $failed
