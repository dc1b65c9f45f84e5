# From the start of the run, so that the time in GitHub's queue counts.
measure() {
  local run created pushed
  run="repos/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}"
  created=$(gh api "${run}" --jq '.run_started_at | fromdate') || return
  pushed=$(gh api "${run}/jobs" --jq '.jobs[] | select(.name == "Image") | .completed_at | fromdate') || return
  echo "$((pushed - created))"
}
