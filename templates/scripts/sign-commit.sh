# Has GitHub make the commit HEAD once more, and sign it, on a branch of its own: nothing goes to another branch before
# GitHub calls the signature good. Sets commit.
sign_commit() {
  local branch changes signed verified=""
  branch="signed/${APPLICATION}-${ENVIRONMENT}-${GITHUB_RUN_ID}-${GITHUB_RUN_ATTEMPT}"
  if ! git push --quiet --force origin "HEAD^:refs/heads/${branch}"; then
    fail "The push was refused: the credential may not write to the branch ${branch}, on which GitHub signs; the log above has git's own words."
  fi
  changes=$(git diff --no-renames --name-only -z HEAD^ HEAD | while IFS= read -r -d '' file; do
    if git cat-file -e "HEAD:${file}" 2>/dev/null; then
      git show "HEAD:${file}" | base64 --wrap=0 | jq --raw-input --slurp --arg path "${file}" '{additions: {$path, contents: .}}'
    else
      jq --null-input --arg path "${file}" '{deletions: {$path}}'
    fi
  done | jq --slurp '{additions: map(.additions // empty), deletions: map(.deletions // empty)}')
  if signed=$(jq --arg repository "${GITOPS_REPOSITORY}" --arg branch "${branch}" --arg head "$(git rev-parse HEAD^)" \
    --arg headline "$(git log --max-count=1 --format=%s)" --arg body "$(git log --max-count=1 --format=%b)" '{
      query: "mutation($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid } } }",
      variables: {input: {
        branch: {repositoryNameWithOwner: $repository, branchName: $branch},
        expectedHeadOid: $head,
        message: {$headline, $body},
        fileChanges: .
      }}
    }' <<<"${changes}" | gh api graphql --input - --jq .data.createCommitOnBranch.commit.oid) &&
    git fetch --quiet origin "refs/heads/${branch}"; then
    verified=$(gh api "repos/${GITOPS_REPOSITORY}/commits/${signed}" --jq .commit.verification.verified) || verified=""
  fi
  if ! git push --quiet --delete origin "refs/heads/${branch}"; then
    echo "::warning title=Branch left::The branch ${branch} could not be deleted. Nothing needs it."
  fi
  if [[ ${verified} != true ]]; then
    fail "GitHub has not signed the commit, and nothing was deployed; the log above has its own words."
  fi
  if [[ $(git rev-parse FETCH_HEAD "FETCH_HEAD^" "FETCH_HEAD^{tree}") != $(git rev-parse "${signed}" "HEAD^" "HEAD^{tree}") ]]; then
    fail "What GitHub has signed, ${signed}, is not what was to be deployed."
  fi
  git reset --quiet --hard FETCH_HEAD
  commit=${signed}
}
