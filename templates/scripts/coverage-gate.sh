# The gate: count reads the report and prints "COVERED TOTAL". The percentage is cut
# off after two decimals, never rounded up: 79.995 % must not pass for 80 %.
fail() {
  printf '::error title=Coverage::%s\n' "$1"
  printf '%s\n' "$1" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
  exit 1
}

if [[ ! "${COVERAGE_MIN}" =~ ^(100|[0-9]{1,2})(\.[0-9]{1,2})?$ ]]; then
  fail "COVERAGE_MIN is ${COVERAGE_MIN@Q}: give 0 to 100, with at most two decimals"
fi
decimals=${BASH_REMATCH[2]#.}00
required=$((10#${BASH_REMATCH[1]}${decimals:0:2}))

report="coverage report ${COVERAGE_REPORT@Q}"
if [[ ! -f "${COVERAGE_REPORT}" ]]; then
  fail "no ${report}: let the test command write ${format} there, or correct the path"
fi
if [[ ! -s "${COVERAGE_REPORT}" ]]; then
  fail "the ${report} is empty: look in the log why the test command wrote nothing"
fi
counts=$(count <"${COVERAGE_REPORT}") || counts=
if [[ ! "${counts}" =~ ^([0-9]{1,12})" "([0-9]{1,12})$ ]]; then
  fail "the ${report} is cut short or is not ${format}: look in the log how the test command wrote it"
fi
covered=$((10#${BASH_REMATCH[1]}))
total=$((10#${BASH_REMATCH[2]}))
if ((total == 0)); then
  fail "the ${report} counts no ${unit}: check which sources the test command measures"
fi
if ((covered > total)); then
  fail "the ${report} says ${covered} of ${total} ${unit}: clear it before the test command writes it"
fi

hundredths=$((covered * 10000 / total))
printf -v percent '%d.%02d' "$((hundredths / 100))" "$((hundredths % 100))"
if ((hundredths < required)); then
  fail "coverage ${percent} % is below the required ${COVERAGE_MIN} % (${covered} of ${total} ${unit})"
fi
result="coverage ${percent} % of ${unit} (${covered} of ${total}), at least ${COVERAGE_MIN} % is required"
printf '%s\n' "${result}"
printf '%s\n' "${result}" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
