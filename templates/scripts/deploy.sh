for attempt in 1 2 3 4 5; do
  # Every attempt edits the newest state: an edit made on an older one might not fit it.
  if ! git fetch --quiet origin "refs/heads/${BRANCH}"; then
    fail "The branch ${BRANCH} of the GitOps repository cannot be read; the log above has git's own words."
  fi
  git reset --quiet --hard FETCH_HEAD
  check_order

  write_live
  if git diff --cached --quiet; then
    echo "${ENVIRONMENT} runs the images of ${GITHUB_SHA} already"
    echo "deployed=true" >>"${GITHUB_OUTPUT}"
    exit 0
  fi
  git commit --quiet --message "${title}" --message "${text}" --message "${origin}"
  commit=$(git rev-parse HEAD)
  # !fill sign
  if git push --quiet origin "HEAD:refs/heads/${BRANCH}"; then
    echo "deployed=true" >>"${GITHUB_OUTPUT}"
    {
      echo "Deployed to ${ENVIRONMENT}: ${images}"
      echo
      echo "GitOps commit: \`${commit}\`"
    } >>"${GITHUB_STEP_SUMMARY}"
    exit 0
  fi
  # Somebody else pushed first, most likely.
  if ((attempt < 5)); then
    sleep "$((attempt + RANDOM % 5))"
  fi
done
fail "The push was refused five times. Either the credential may not write, or a rule of the branch ${BRANCH} forbids direct pushes; the log above has git's own words."
