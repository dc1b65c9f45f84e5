# From the start of the run, so that the time in GitHub's queue counts.
run="repos/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}"
started=$(gh api "${run}" --jq '.run_started_at | fromdate' || true)
pushed=$(gh api "${run}/jobs" --jq '.jobs[] | select(.name == "Image") | .completed_at | fromdate' || true)
took=""
if [[ ${started} =~ ^[0-9]+$ && ${pushed} =~ ^[0-9]+$ ]]; then
  took=$((pushed - started))
fi
