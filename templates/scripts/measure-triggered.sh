created=$(gh api "repos/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}" --jq '.created_at | fromdate' || true)
took=""
if [[ ${created} =~ ^[0-9]+$ ]]; then
  took=$((created - PUSHED_AT))
fi
