# The pull request of this environment that is open, from this repository: the branch of a fork may have the same name.
open_pull_request() {
  gh api "repos/${GITOPS_REPOSITORY}/pulls?state=open&base=${BRANCH}&head=${GITOPS_REPOSITORY%%/*}:${PROPOSAL}" --jq '.[0].number // empty'
}
