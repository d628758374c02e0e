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

# Methods of the schema, by the names of their elements, are those of the WSDL and of the binding header.
same_methods() {
  local class=$1 in_schema in_wsdl in_binding
  in_schema=$(grep -o 'element name="[A-Za-z]*_\(INPUT\|OUTPUT\)"' "wsdl/$class.xsd" | grep -o '[A-Za-z]*_[A-Z]*' | sort)
  in_wsdl=$(grep -o 'part name="body" element="p:[A-Za-z_]*"' "wsdl/$class.wsdl" | grep -o '[A-Za-z]*_[A-Z]*' | sort)
  in_binding=$(grep -o '^struct p__[A-Za-z]*_USCORE[A-Z]*' wsdl/binding.h | sed 's/.*p__//; s/_USCORE/_/' | sort)
  diff <(echo "$in_schema") <(echo "$in_wsdl") && diff <(echo "$in_schema") <(echo "$in_binding")
}

for schema in wsdl/*.xsd test/contracts/*.xsd; do check "$schema compiles" compiles "$schema"; done
for wsdl in wsdl/*.wsdl; do
  check "$wsdl is valid WSDL 1.1" xmllint --nonet --noout --schema test/contracts/wsdl11.xsd "$wsdl"
  check "$wsdl, its schema and the binding header have the same methods" same_methods "$(basename "$wsdl" .wsdl)"
done
for message in test/contracts/valid/*.xml; do check "$message is valid" valid "$message"; done
for message in test/contracts/invalid/*.xml; do check "$message is not valid" refused "$message"; done

# What real clients sent, where they keep to the specification (pywinrm does not: its mustUnderstand has no prefix).
for name in dmt-enum-01 dmt-get-01 dmt-invoke-01 drac-enum-01 omicli-basic-enum-01 omicli-basic-get-01 omicli-basic-invoke-01 \
    pywinrm-debian-basic-identify-01 wsmancli-enum-opt-01 wsmancli-put-01; do
  perl -0777 -pe 's/^.*?\r\n\r\n//s' "test/captures/$name.http" > "$temporary/$name.xml"
  check "test/captures/$name.http is valid" valid "$temporary/$name.xml"
done
exit $failed
