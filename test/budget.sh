#!/usr/bin/env bash
# Holds what was measured, lines of NAME VALUE on standard input, to test/budget.tsv. What has no budget passes through.
#
# More than 5 % over its budget fails. Whoever means it to grow changes the value in test/budget.tsv in the same commit,
# whose message says what it is for. A value that is more than 5 % below should be put into the file too, or the next one
# has that much to grow unnoticed.
set -euo pipefail
awk -v budgets="$(dirname "${BASH_SOURCE[0]}")/budget.tsv" '
  BEGIN {
    while ((getline line < budgets) > 0) {
      if (line ~ /^#/) continue
      split(line, fields, "\t")
      budget[fields[1]] = fields[2]
      kind[fields[1]] = fields[3]
    }
  }
  NF != 2 || !($1 in budget) || $2 !~ /^[0-9]+(\.[0-9]+)?$/ { print; next }
  {
    slack = kind[$1] == "limit" ? 1 : 1.05
    if ($2 > budget[$1] * slack) {
      printf "FAIL %s is %s, more than its %s of %s%s; if it is meant to be, change test/budget.tsv\n", $1, $2,
             slack == 1 ? "limit" : "budget", budget[$1], slack == 1 ? "" : " and 5 %"
      failed = 1
      next
    }
    printf "ok   %s is %s, allowed are %s\n", $1, $2, budget[$1]
    if (slack != 1 && $2 < budget[$1] * 0.95) printf "note %s is more than 5 %% below its budget: put %s into test/budget.tsv\n", $1, $2
  }
  END { exit failed }'
