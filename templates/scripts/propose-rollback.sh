fail() {
  echo "::error title=Roll back ${ENVIRONMENT}::$1"
  exit 1
}

# What runs after a commit: tag and digest of the one image in the live folder.
image_of() {
  git show "$1:${LIVE}/kustomization.yaml" 2>/dev/null |
    sed -n -e 's/^[- ]*newTag: *"\{0,1\}\([^"]*\)"\{0,1\}$/:\1/p' -e 's/^[- ]*digest: *//p' | LC_ALL=C sort | paste -s -d '@' -
}

# The pull request of this environment that is open, from this repository: the branch of a fork may have the same name.
open_pull_request() {
  gh api "repos/${GITOPS_REPOSITORY}/pulls?state=open&base=${BRANCH}&head=${GITOPS_REPOSITORY%%/*}:${PROPOSAL}" --jq '.[0].number // empty'
}

# Git asks gh, and gh hands out GH_TOKEN: no credential is written to disk.
gh auth setup-git
cd gitops
git config user.name "${AUTHOR_NAME}"
git config user.email "${AUTHOR_EMAIL}"

if ! git fetch --quiet origin "refs/heads/${BRANCH}"; then
  fail "The branch ${BRANCH} of the GitOps repository cannot be read; the log above has git's own words."
fi
git reset --quiet --hard FETCH_HEAD

# The commits that changed what runs here, the newest first. The oldest of them made the folder.
history=$(git log --first-parent --format=%H -- "${LIVE}")
mapfile -t deploys <<<"${history}"
back=${STEPS}
if [[ -n ${TO} ]]; then
  back=""
  for i in "${!deploys[@]}"; do
    runs=$(image_of "${deploys[i]}")
    if [[ ${deploys[i]} == "${TO}"* || ${runs} == ":${TO}@"* || ${runs} == *"@${TO}" ]]; then
      back=${i}
      break
    fi
  done
  if [[ -z ${back} ]]; then
    fail "No deploy to ${ENVIRONMENT} has the tag, the digest or the commit '${TO}'."
  fi
fi
if [[ ! ${back} =~ ^[0-9]{1,4}$ ]]; then
  fail "'${back}' is no number of deploys."
fi
back=$((10#${back}))
if ((back == 0)); then
  fail "That is what runs in ${ENVIRONMENT} now: there is nothing to take back."
fi
if ((back + 1 >= ${#deploys[@]})); then
  fail "${ENVIRONMENT} has seen $((${#deploys[@]} - 1)) deploys: going ${back} back would leave it without an image."
fi

before=$(image_of HEAD)
for commit in "${deploys[@]:0:back}"; do
  outside=$(git diff --name-only "${commit}^" "${commit}" -- . ":(exclude)${LIVE}")
  if [[ -n ${outside} ]]; then
    fail "${commit} is more than a deploy, it also changes ${outside//$'\n'/ and }: revert it by hand."
  fi
  # A pull request may have been merged by a commit with two parents.
  mainline=()
  if git rev-parse --quiet --verify "${commit}^2" >/dev/null; then
    mainline=(--mainline 1)
  fi
  if ! git revert --no-commit "${mainline[@]}" "${commit}"; then
    fail "${commit} cannot be reverted: somebody has edited ${LIVE} since."
  fi
done
after=$(image_of "${deploys[back]}")
tag=${after#:}

# What Argo CD will render, before it does.
if ! kustomize build "${OVERLAY}" | grep --fixed-strings "image: ${IMAGE}${after}" >/dev/null; then
  fail "${OVERLAY} does not render ${IMAGE}${after}."
fi

title="roll back ${APPLICATION} in ${ENVIRONMENT} by ${back}: ${tag%@*}"
text="Image: ${IMAGE}${after}"$'\n\n'"Taken back: ${IMAGE}${before}"$'\n'"Run: ${RUN_URL}"
git commit --quiet --message "${title}" --message "${text}"
commit=$(git rev-parse HEAD)

# The same branch as that of the deploys: a deploy that waits to be merged is given up.
old=$(git ls-remote origin "refs/heads/${PROPOSAL}" | cut -f 1)
if ! git push --quiet --force-with-lease="refs/heads/${PROPOSAL}:${old}" origin "HEAD:refs/heads/${PROPOSAL}"; then
  fail "The push was refused: the credential may not write to the branch ${PROPOSAL}, or somebody else has pushed there; the log above has git's own words."
fi
number=$(open_pull_request)
if [[ -n "${number}" ]]; then
  gh api --method PATCH "repos/${GITOPS_REPOSITORY}/pulls/${number}" --raw-field title="${title}" --raw-field body="${text}" --silent
else
  page=$(gh pr create --repo "${GITOPS_REPOSITORY}" --head "${PROPOSAL}" --base "${BRANCH}" --title "${title}" --body "${text}") ||
    fail "No pull request could be opened: the credential needs the permission Pull requests: read and write in ${GITOPS_REPOSITORY}."
  number=${page##*/}
fi
page="${GITHUB_SERVER_URL}/${GITOPS_REPOSITORY}/pull/${number}"
{
  echo "Proposed for ${ENVIRONMENT}, back by ${back}: \`${IMAGE}${before}\` is to be taken back, and \`${IMAGE}${after}\` deployed again."
  echo
  echo "Pull request: ${page}. Nothing was built."
  echo
  echo "The source still holds what is taken back, and its next run proposes it again: revert it there too."
} >>"${GITHUB_STEP_SUMMARY}"

# GitHub merges it once the branch's rules are met: at once, if there are none left to meet. Just after the push it
# may not know yet.
asked=""
for pause in 5 10 0; do
  if gh pr merge "${number}" --repo "${GITOPS_REPOSITORY}" --auto --squash --match-head-commit "${commit}"; then
    asked=yes
    break
  fi
  sleep "${pause}"
done
if [[ -z "${asked}" ]]; then
  echo "::warning title=Roll back ${ENVIRONMENT}::${page} has to be merged by hand: allow auto-merge and squash merging in the settings of ${GITOPS_REPOSITORY}."
fi
echo "::notice title=Proposed for ${ENVIRONMENT}::${page}"
