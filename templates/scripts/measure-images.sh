# From the start of the run, so that the time in GitHub's queue counts, to the last of the images.
run="repos/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}"
started=$(gh api "${run}" --jq '.run_started_at | fromdate' || true)
pushed=$(gh api "${run}/jobs?per_page=100" --jq '[.jobs[] | select(.name | IN(env.JOBS | split(", ")[])) | .completed_at | fromdate] | max' || true)
took=""
if [[ ${started} =~ ^[0-9]+$ && ${pushed} =~ ^[0-9]+$ ]]; then
  took=$((pushed - started))
fi
