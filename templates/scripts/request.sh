if ! git fetch --quiet origin "refs/heads/${BRANCH}"; then
  fail "The branch ${BRANCH} of the GitOps repository cannot be read; the log above has git's own words."
fi
git reset --quiet --hard FETCH_HEAD
check_order

# One pull request for each environment: a newer deploy takes the place of the one that waits.
number=$(open_pull_request)
old=$(git ls-remote origin "refs/heads/${PROPOSAL}" | cut -f 1)
if [[ -n "${number}" ]]; then
  git fetch --quiet origin "refs/heads/${PROPOSAL}"
  read_source FETCH_HEAD "${LIVE}"
  check_newer "${commit}" "Pull request #${number} proposes"
fi

write_live
if git diff --cached --quiet; then
  echo "${ENVIRONMENT} runs the images of ${GITHUB_SHA} already"
  echo "deployed=true" >>"${GITHUB_OUTPUT}"
  exit 0
fi
# Title and text of the pull request are those of the commit, so that a squash says the same.
text+=$'\n\n'"${origin}"
# To push the same once more would take the reviews away that it has. It is not the same where the branch runs another
# image than when it was proposed: then it is in conflict.
if [[ -n "${number}" ]] && git diff --cached --quiet FETCH_HEAD -- "${LIVE}" && git diff --quiet FETCH_HEAD^ HEAD -- "${LIVE}"; then
  commit=$(git rev-parse FETCH_HEAD)
else
  git commit --quiet --message "${title}" --message "${text}"
  commit=$(git rev-parse HEAD)
  # !fill sign
  if ! git push --quiet --force-with-lease="refs/heads/${PROPOSAL}:${old}" origin "HEAD:refs/heads/${PROPOSAL}"; then
    fail "The push was refused: the credential may not write to the branch ${PROPOSAL}, or somebody else has pushed there; the log above has git's own words."
  fi
fi
# Asked once more: somebody may have merged it, or closed it, meanwhile.
number=$(open_pull_request)
if [[ -n "${number}" ]]; then
  gh api --method PATCH "repos/${GITOPS_REPOSITORY}/pulls/${number}" --raw-field title="${title}" --raw-field body="${text}" --silent
else
  if ! page=$(gh pr create --repo "${GITOPS_REPOSITORY}" --head "${PROPOSAL}" --base "${BRANCH}" --title "${title}" --body "${text}"); then
    git fetch --quiet origin "refs/heads/${BRANCH}"
    if git diff --quiet "${commit}" FETCH_HEAD -- "${LIVE}"; then
      echo "::notice title=Deployed to ${ENVIRONMENT}::It was merged as soon as it was pushed."
      exit 0
    fi
    fail "No pull request could be opened: the credential needs the permission Pull requests: read and write in ${GITOPS_REPOSITORY}."
  fi
  number=${page##*/}
fi
page="${GITHUB_SERVER_URL}/${GITOPS_REPOSITORY}/pull/${number}"
{
  echo "Proposed for ${ENVIRONMENT}: ${images}"
  echo
  echo "Pull request: ${page}"
} >>"${GITHUB_STEP_SUMMARY}"
