fail() {
  echo "::error title=Promotion to ${ENVIRONMENT}::criterion ${CRITERION}: $1 Nothing is promoted."
  exit 1
}

if [[ -n ${SECRET:-} && -z ${PROMETHEUS_TOKEN:-} ]]; then
  fail "the secret ${SECRET} is not set in the environment ${ENVIRONMENT}, so that Prometheus cannot be asked."
fi

# On the command line others on the machine could read it.
login() {
  local password=${PROMETHEUS_TOKEN//[[:space:]]/}
  if [[ -n ${PROMETHEUS_USER:-} ]]; then
    printf 'Authorization: Basic %s\n' "$(printf '%s:%s' "${PROMETHEUS_USER}" "${password}" | base64 --wrap=0)"
  elif [[ -n ${SECRET:-} ]]; then
    printf 'Authorization: Bearer %s\n' "${password}"
  fi
}

# Asks Prometheus, and sets results to a list of what it says. A redirect is not followed: it leads to a page on which people
# log in.
ask() {
  local answer=${RUNNER_TEMP}/answer.json problems=${RUNNER_TEMP}/problems.txt status why attempt
  for attempt in 1 2 3; do
    rm -f "${answer}"
    why=""
    status=$(curl --silent --show-error --max-time 60 --max-filesize 4000000 --proto '=http,https' --output "${answer}" --write-out '%{http_code}' \
      --header @<(login) --get --data-urlencode "query=$1" "${PROMETHEUS%/}/api/v1/query" 2>"${problems}") || why=$(<"${problems}")
    if [[ -z ${why} && ! ${status} =~ ^(429|5..)$ ]]; then
      break
    fi
    if ((attempt < 3)); then
      sleep 10
    fi
  done
  if [[ -n ${why} ]]; then
    fail "${PROMETHEUS} does not answer: ${why//[[:cntrl:]]/ }."
  elif [[ ${status} == 401 || ${status} == 403 ]]; then
    fail "${PROMETHEUS} answers ${status}: it does not let this workflow ask${SECRET:+, with the secret ${SECRET}}."
  fi
  if results=$(jq --compact-output --exit-status 'select(.status == "success" and .data.resultType == "vector") | .data.result' "${answer}" 2>/dev/null) && [[ ${status} == 200 && -n ${results} ]]; then
    return
  fi
  why=$(jq --raw-output '.error // empty | tostring | .[:300]' "${answer}" 2>/dev/null) || why=""
  fail "${PROMETHEUS} answers ${status}${why:+ (${why//[[:cntrl:]]/ })}, and not as the API of Prometheus does."
}

# Sets figure to the one number among the results; to nothing where there is none, as of an empty list or of NaN.
read_figure() {
  figure=$(jq --raw-output 'if length == 1 then .[0].value[1] | tostring else "" end' <<<"${results}")
  if [[ ! ${figure} =~ ^(-?[0-9]+([.][0-9]*)?([eE][+-]?[0-9]+)?|[+-]Inf)$ ]]; then
    figure=""
  fi
}

# Whether a number is as it must be, such as: holds 1.5e-03 '< 0.01'
holds() {
  if [[ $1 == *Inf ]]; then
    [[ ($1 == -* && $2 == '<'*) || ($1 != -* && $2 == '>'*) ]]
    return
  fi
  jq --null-input --exit-status --arg is "$1" --arg op "${2% *}" --arg limit "${2#* }" '
    ($is | tonumber) as $is | ($limit | tonumber) as $limit
    | if $op == "<" then $is < $limit elif $op == "<=" then $is <= $limit else $is >= $limit end' >/dev/null
}

# The figures must be those of the version that is promoted: no other one ran in that time.
ask "${PODS}"
if ! jq --exit-status --arg digest "@${PROMOTED_DIGEST}" 'any(.metric.image_spec // "" | endswith($digest))' <<<"${results}" >/dev/null; then
  fail "Prometheus knows of no pod that ran ${PROMOTED_DIGEST} within ${OVER}: ${ASKED} is about another version, or Prometheus has no figures of kube-state-metrics."
fi
others=$(jq --raw-output --arg digest "@${PROMOTED_DIGEST}" '[.[].metric | select(.image_spec // "" | endswith($digest) | not) | "\(.pod) (\(.image_spec))"] | .[:3] | join(", ")' <<<"${results}")
if [[ -n ${others} ]]; then
  fail "another version ran within ${OVER} as well, so that the figures may be those of either: ${others//[[:cntrl:]]/ }. Run this job again once only ${PROMOTED_DIGEST} has run for ${OVER}."
fi

ask "${REQUESTS}"
read_figure
counted=${figure}
if [[ -z ${counted} ]]; then
  fail "Prometheus has no figures of requests for ${ASKED} within ${OVER}."
elif ! holds "${counted}" ">= ${AT_LEAST}"; then
  fail "of ${counted} requests within ${OVER} nobody can say whether ${ASKED} is kept: ${AT_LEAST} are needed. Run this job again once more have come."
fi

ask "${QUERY}"
read_figure
if [[ -z ${figure} ]]; then
  fail "Prometheus has no figure for ${ASKED}, of ${counted} requests within ${OVER}."
elif ! holds "${figure}" "${BOUND}"; then
  fail "${ASKED} is ${figure}, of ${counted} requests within ${OVER}, and must be ${BOUND}."
fi
echo "Prometheus says for ${ASKED}: ${figure}, of ${counted} requests within ${OVER}, which must be ${BOUND}." >>"${GITHUB_STEP_SUMMARY}"
