#!/usr/bin/env bash
# Lists snapshots and destroys one with nothing but curl.
#
#   export TINTYPE_URL=https://host:5986/wsman TINTYPE_USER=alice TINTYPE_PASSWORD=…
#   export TINTYPE_CA=ca.pem                    # the certificate to trust, if the system does not
#   ./tintype.sh list                           # InstanceID, parent's InstanceID, machine, name: a line a snapshot
#   ./tintype.sh destroy Microsoft:6FBE94B5-47C0-4E5A-A6BB-0D2BE06A1A1F
#
# The messages are the .xml files beside this script, with $NAMES in place of what changes. TINTYPE_VERBOSE=1 shows them.
set -euo pipefail
requests=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
: "${TINTYPE_URL:?set it to the URL of the endpoint}" "${TINTYPE_USER:?}" "${TINTYPE_PASSWORD:?}"

# The password goes to curl through a pipe, where no process list shows it.
credentials() {
  local pair=$TINTYPE_USER:$TINTYPE_PASSWORD
  pair=${pair//\\/\\\\}
  printf 'user = "%s"\n' "${pair//\"/\\\"}"
}

# send FILE [NAME=VALUE …]: fills the file in, posts it, prints the answer; a fault's reason goes to standard error.
send() {
  local message answer name status
  message=$(<"$requests/$1")
  shift
  for name in "$@" "MESSAGE_ID=uuid:$(</proc/sys/kernel/random/uuid)"; do message=${message//"\$${name%%=*}"/"${name#*=}"}; done
  answer=$(curl --silent --show-error --config <(credentials) ${TINTYPE_CA:+--cacert "$TINTYPE_CA"} \
    --header 'Content-Type: application/soap+xml;charset=UTF-8' --data-binary @- "$TINTYPE_URL" <<<"$message") || {
    status=$?  # curl has said what is wrong
    [ $status -ne 60 ] || echo "set TINTYPE_CA to the file of the certificate to trust" >&2
    return $status
  }
  [ -z "${TINTYPE_VERBOSE:-}" ] || printf '%s\n\n' "--> $message" "<-- $answer" >&2
  if [ -z "$answer" ]; then
    echo "no answer: is the password right?" >&2
    return 1
  elif [[ $answer == *"<s:Fault>"* ]]; then
    sed 's/.*<s:Text[^>]*>\([^<]*\)<.*/\1/' <<<"$answer" >&2
    return 1
  fi
  printf '%s\n' "$answer"
}

# value ELEMENT: what the first element of this name holds, read from standard input.
value() { grep -o "<[a-z]*:$1\( [^>]*\)\?>[^<]*" | head -n 1 | sed 's/.*>//'; }

list() {
  local answer context
  answer=$(send enumerate-settings.xml)
  while :; do
    # One instance a line; those of a snapshot are kept.
    sed 's/<p:Msvm_VirtualSystemSettingData[ >]/\n&/g' <<<"$answer" | grep ':Snapshot:' | while read -r instance; do
      # The parent is an object path: …Msvm_VirtualSystemSettingData.InstanceID="Microsoft:…"
      parent=$(value Parent <<<"$instance" | sed 's/&quot;/"/g; s/.*InstanceID="\([^"]*\)".*/\1/')
      printf '%s\t%s\t%s\t%s\n' "$(value InstanceID <<<"$instance")" "${parent:--}" \
        "$(value VirtualSystemIdentifier <<<"$instance")" "$(value ElementName <<<"$instance")"
    done
    context=$(value EnumerationContext <<<"$answer") || true
    [ -n "$context" ] || break
    answer=$(send pull-settings.xml "CONTEXT=$context")
  done
}

destroy() {
  local answer returned job state percent last=
  answer=$(send destroy-snapshot.xml "INSTANCE_ID=$1")
  returned=$(value ReturnValue <<<"$answer")
  echo "ReturnValue $returned"
  if [ "$returned" != 4096 ]; then
    [ "$returned" = 0 ]
    return
  fi
  job=$(grep -o 'Name="InstanceID">[^<]*' <<<"$answer" | sed 's/.*>//')
  echo "Job         Msvm_ConcreteJob.InstanceID=\"$job\""
  while :; do
    answer=$(send get-job.xml "JOB=$job")
    state=$(value JobState <<<"$answer") percent=$(value PercentComplete <<<"$answer")
    [ "$state $percent" = "$last" ] || printf 'JobState    %-2s %3s %%\n' "$state" "$percent"
    last="$state $percent"
    [ "$state" -lt 7 ] || break
  done
  [ "$state" -eq 7 ] || { value ErrorDescription <<<"$answer" >&2; return 1; }
}

case ${1:-} in
  list) list ;;
  destroy) destroy "${2:?which snapshot? (its InstanceID, as list shows it)}" ;;
  *) sed -n '2,9s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2; exit 2 ;;
esac
