measure() {
  local created
  created=$(gh api "repos/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}" --jq '.created_at | fromdate') || return
  echo "$((created - PUSHED_AT))"
}
