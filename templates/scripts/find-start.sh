fail() {
  echo "::error title=Promotion to ${ENVIRONMENT}::$1"
  exit 1
}

# Only commits are asked for, and the checkouts have them all: nothing is to be fetched on the way.
export GIT_NO_LAZY_FETCH=1 GIT_TERMINAL_PROMPT=0

# Reads what the environment before has run: past has the commits of the GitOps repository, the newest first, times when
# each was made, and sources the commit of the source that it names.
declare -A times=() sources=()
past=()
read_past() {
  local log files line hash
  if ! git fetch --quiet origin "refs/heads/${BRANCH}"; then
    fail "The branch ${BRANCH} of the GitOps repository cannot be read; the log above has git's own words."
  fi
  log=$(git log --first-parent --max-count=500 --format='%H %ct' FETCH_HEAD -- "${AFTER}/kustomization.yaml" "${AFTER}/source-commit")
  if [[ -z ${log} ]]; then
    fail "Nothing has been deployed to ${FOUND_IN} yet: ${AFTER} is not there."
  fi
  past=() times=() sources=()
  while read -r hash line; do
    past+=("${hash}")
    times[${hash}]=${line}
  done <<<"${log}"
  files=$(git grep --text --no-color -e '' "${past[@]}" -- "${AFTER}/source-commit") || (($? == 1))
  while IFS= read -r line; do
    hash=${line%%:*}
    line=${line#*:"${AFTER}/source-commit":}
    line=${line//[[:space:]]/}
    if [[ ${line} =~ ^[0-9a-f]{40}$ && -z ${sources[${hash}]:-} ]]; then
      sources[${hash}]=${line}
    fi
  done <<<"${files}"
}
