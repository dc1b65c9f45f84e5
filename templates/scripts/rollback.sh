fail() {
  echo "::error title=Roll back ${ENVIRONMENT}::$1"
  exit 1
}

# What runs after a commit: tag and digest of the one image in the live folder.
image_of() {
  git show "$1:${LIVE}/kustomization.yaml" 2>/dev/null |
    sed -n -e 's/^[- ]*newTag: *"\{0,1\}\([^"]*\)"\{0,1\}$/:\1/p' -e 's/^[- ]*digest: *//p' | LC_ALL=C sort | paste -s -d '@' -
}

# Git asks gh, and gh hands out GH_TOKEN: no credential is written to disk.
gh auth setup-git
cd gitops
git config user.name "${AUTHOR_NAME}"
git config user.email "${AUTHOR_EMAIL}"

for attempt in 1 2 3 4 5; do
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
    outside=$(git show --format= --name-only "${commit}" -- . ":(exclude)${LIVE}")
    if [[ -n ${outside} ]]; then
      fail "${commit} is more than a deploy, it also changes ${outside//$'\n'/ and }: revert it by hand."
    fi
    if ! git revert --no-commit "${commit}"; then
      fail "${commit} cannot be reverted: somebody has edited ${LIVE} since."
    fi
  done
  after=$(image_of "${deploys[back]}")
  tag=${after#:}

  # What Argo CD will render, before it does.
  if ! kustomize build "${OVERLAY}" | grep --fixed-strings "image: ${IMAGE}${after}" >/dev/null; then
    fail "${OVERLAY} does not render ${IMAGE}${after}."
  fi
  git commit --quiet --message "roll back ${APPLICATION} in ${ENVIRONMENT} by ${back}: ${tag%@*}" \
    --message "Image: ${IMAGE}${after}" \
    --message "Taken back: ${IMAGE}${before}"$'\n'"Run: ${RUN_URL}"
  commit=$(git rev-parse HEAD)
  if git push --quiet origin "HEAD:refs/heads/${BRANCH}"; then
    {
      echo "Rolled back ${ENVIRONMENT} by ${back}: \`${IMAGE}${before}\` is taken back, \`${IMAGE}${after}\` is deployed again."
      echo
      echo "GitOps commit: \`${commit}\`. Nothing was built."
      echo
      echo "The source still holds what was taken back, and its next run deploys it again: revert it there too."
    } >>"${GITHUB_STEP_SUMMARY}"
    exit 0
  fi
  # Somebody else pushed first, most likely.
  if ((attempt < 5)); then
    sleep "$((attempt + RANDOM % 5))"
  fi
done
fail "The push was refused five times. Either the credential may not write, or a rule of the branch ${BRANCH} forbids direct pushes; the log above has git's own words."
