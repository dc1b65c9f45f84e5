seen=$(git rev-parse HEAD)
for attempt in 1 2 3 4 5; do
  go_back
  if git push --quiet origin "HEAD:refs/heads/${BRANCH}"; then
    {
      echo "Rolled back ${ENVIRONMENT}: ${changes}."
      echo
      echo "GitOps commit: \`${commit}\`. Nothing was built."
      echo
      echo "${notes}"
    } >>"${GITHUB_STEP_SUMMARY}"
    exit 0
  fi
  # Somebody else pushed first, most likely. Were it a deploy, nobody would have seen what is taken back.
  if ((attempt < 5)); then
    sleep "$((attempt + RANDOM % 5))"
    fetch
    if ! git diff --quiet "${seen}" HEAD -- "${LIVE}"; then
      fail "Somebody has deployed to ${ENVIRONMENT} meanwhile, and nothing was pushed: look at the deploys again."
    fi
  fi
done
fail "The push was refused five times. Either the credential may not write, or a rule of the branch ${BRANCH} forbids direct pushes; the log above has git's own words."
