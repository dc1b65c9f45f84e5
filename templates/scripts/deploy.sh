fail() {
  echo "::error title=Deploy to ${ENVIRONMENT}::$1"
  exit 1
}

# Git asks gh, and gh hands out GH_TOKEN: no credential is written to disk.
gh auth setup-git
cd gitops
git config user.name "${AUTHOR_NAME}"
git config user.email "${AUTHOR_EMAIL}"
reference="${IMAGE}:${TAG}@${DIGEST}"

for attempt in 1 2 3 4 5; do
  # Every attempt edits the newest state: an edit made on an older one might not fit it.
  if ! git fetch --quiet --depth=1 origin "refs/heads/${BRANCH}"; then
    fail "The branch ${BRANCH} of the GitOps repository cannot be read; the log above has git's own words."
  fi
  git reset --quiet --hard FETCH_HEAD

  # Runs finish in any order. One for an older commit must not replace what a newer one deployed.
  deployed=$(cat "${LIVE}/source-commit" 2>/dev/null || true)
  if [[ ${deployed} =~ ^[0-9a-f]{40}$ ]] && [[ "${deployed}" != "${GITHUB_SHA}" ]]; then
    if ! GIT_TERMINAL_PROMPT=0 git -C ../source cat-file -e "${deployed}^{commit}"; then
      fail "${LIVE}/source-commit names ${deployed}, which this repository does not have, so nobody can say which is newer. If history was rewritten, write ${GITHUB_SHA} there and run again."
    fi
    if git -C ../source merge-base --is-ancestor "${GITHUB_SHA}" "${deployed}"; then
      echo "::notice title=Not deployed::${ENVIRONMENT} runs ${deployed}, which is newer than ${GITHUB_SHA}."
      exit 0
    fi
  fi

  (cd "${LIVE}" && kustomize edit set image "${IMAGE_NAME}=${reference}")
  printf '%s\n' "${GITHUB_SHA}" >"${LIVE}/source-commit"

  # A wrong name or folder passes the edit unnoticed; the rendered result shows it.
  if ! kustomize build "${OVERLAY}" | grep --fixed-strings "image: ${reference}" >/dev/null; then
    fail "${OVERLAY} does not render ${reference}: the edit in ${LIVE} has no effect."
  fi

  git add -- "${LIVE}"
  if git diff --cached --quiet; then
    echo "${ENVIRONMENT} runs ${reference} already"
    exit 0
  fi
  git commit --quiet --message "deploy ${APPLICATION} to ${ENVIRONMENT}: ${TAG}" \
    --message "Image: ${reference}" \
    --message "Source: ${GITHUB_REPOSITORY}@${GITHUB_SHA}"$'\n'"Run: ${RUN_URL}"
  commit=$(git rev-parse HEAD)
  if git push --quiet origin "HEAD:refs/heads/${BRANCH}"; then
    {
      echo "Deployed to ${ENVIRONMENT}: \`${reference}\`"
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
