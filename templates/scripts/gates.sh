fail() {
  echo "::error title=Promotion to ${ENVIRONMENT}::$1"
  exit 1
}

# The results of the jobs that begin with a name: "success", the first other one, "running", "skipped" where all were left
# out, or "missing". Of a step it is the step's. GitHub knows both by their names alone.
result() {
  jq --slurp --raw-output --arg job "$1" --arg step "$2" '
    [.[] | select(.name == $job or (.name | startswith($job + " (")))]
    | if length == 0 then "missing"
      elif all(.conclusion == "skipped") then "skipped"
      else [.[] | select(.conclusion != "skipped")
          | if $step == "" then .conclusion
            elif any(.steps[]?; .name == $step) then (.steps[] | select(.name == $step) | .conclusion)
            elif .conclusion == null then null
            else "missing" end]
        | map(. // "running" | select(. != "success")) | .[0] // "success"
      end' <<<"${jobs}"
}

# Sets why to what is not kept, and waits to yes where that may change.
check_gate() {
  local criterion=$1 job=$2 step=$3 warns=$4 said id what
  why="" waits=""
  what="${step:+the step \"${step}\" of }the job ${job}"
  said=$(result "${job}" "${step}")
  case ${said} in
  success) ;;
  running) why="${what} is not done" waits=yes ;;
  skipped)
    # Nothing of it had changed: what holds it ran for the same image before. A run that fails leaves out more.
    if [[ ${state} != completed ]]; then
      why="the run is not done" waits=yes
    elif [[ ${conclusion} != success ]]; then
      why="the run ended as ${conclusion}, and left the job ${job} out"
    fi
    ;;
  missing) why="there is no result of ${what}" ;;
  *) why="${what} ended as ${said}" ;;
  esac
  if [[ ${said} == success && ${warns} == warns ]]; then
    for id in $(jq --raw-output --arg job "${job}" 'select(.name == $job) | .id' <<<"${jobs}"); do
      if ! said=$(gh api --paginate "repos/${GITHUB_REPOSITORY}/check-runs/${id}/annotations?per_page=100" --jq ".[] | select(.title == \"Promise ${criterion}\") | .message"); then
        why="GitHub does not say of what the job ${job} has warned" waits=yes
      elif [[ -n ${said} ]]; then
        why=${said//$'\n'/, }
      fi
    done
  fi
}

for ((waited = 0; ; waited += 20)); do
  why="" waits=""
  runs="repos/${GITHUB_REPOSITORY}/actions/workflows/${WORKFLOW##*/}/runs?head_sha=${PROMOTED}&per_page=100"
  # The newest run of the branch: a person may have started it again.
  if ! run=$(gh api "${runs}" --jq '[.workflow_runs[] | select(.head_branch == env.SOURCE_BRANCH and (.event | IN("push", "workflow_dispatch", "schedule")))][0] | select(.) | "\(.id) \(.status) \(.conclusion) \(.html_url)"'); then
    why="GitHub does not say which runs there are of ${PROMOTED}" waits=yes
  elif [[ -z ${run} ]]; then
    fail "No run of ${WORKFLOW} on ${SOURCE_BRANCH} is for ${PROMOTED}, so nothing says whether it kept what it must. Run it for that commit."
  else
    read -r id state conclusion page <<<"${run}"
    if ! jobs=$(gh api --paginate "repos/${GITHUB_REPOSITORY}/actions/runs/${id}/jobs?filter=latest&per_page=100" --jq '.jobs[]'); then
      why="GitHub does not say what became of ${page}" waits=yes
    else
      while IFS='|' read -r criterion job step warns; do
        check_gate "${criterion}" "${job}" "${step}" "${warns}"
        if [[ -n ${why} ]]; then
          why="criterion ${criterion}: ${why}, see ${page}"
          break
        fi
      done <<<"${GATES}"
    fi
  fi
  if [[ -z ${why} ]]; then
    break
  elif [[ -z ${waits} ]]; then
    fail "${PROMOTED} has not kept ${why}. Nothing is promoted."
  elif ((waited >= 600)); then
    fail "After ${waited} s it is not known whether ${PROMOTED} kept what it must: ${why}. Run this job again once it is."
  elif ((waited == 0)); then
    echo "Waiting: ${why}"
  fi
  sleep 20
done
echo "It kept $(cut --delimiter='|' --fields=1 <<<"${GATES}" | sort --unique | paste --serial --delimiters=, | sed 's/,/, /g') in ${page}." >>"${GITHUB_STEP_SUMMARY}"
