go_back
# A branch of its own: a newer deploy takes the branch of the deploys, and what was asked for here must not go with it.
proposal="${ROLLBACKS}${commit:0:12}"
if ! git push --quiet origin "HEAD:refs/heads/${proposal}"; then
  fail "The push was refused: the credential may not write to the branch ${proposal}; the log above has git's own words."
fi
if ! page=$(gh pr create --repo "${GITOPS_REPOSITORY}" --head "${proposal}" --base "${BRANCH}" --title "${title}" --body "${text}"); then
  fail "No pull request could be opened from ${proposal}: the credential needs the permission Pull requests: read and write in ${GITOPS_REPOSITORY}."
fi
number=${page##*/}
page="${GITHUB_SERVER_URL}/${GITOPS_REPOSITORY}/pull/${number}"

waiting=$(open_pull_request)
{
  echo "Proposed for ${ENVIRONMENT}: ${changes}."
  echo
  echo "Pull request: ${page}. Nothing was built."
  echo
  if [[ -n ${waiting} ]]; then
    echo "Pull request #${waiting} still proposes a deploy to ${ENVIRONMENT}. Of the two, the one that is merged second is in conflict: close the one that you do not want."
    echo
  fi
  echo "${notes}"
} >>"${GITHUB_STEP_SUMMARY}"
