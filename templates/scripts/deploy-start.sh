git config user.name "${AUTHOR_NAME}"
git config user.email "${AUTHOR_EMAIL}"
reference="${IMAGE}:${TAG}@${DIGEST}"
origin="Source: ${GITHUB_REPOSITORY}@${GITHUB_SHA}"$'\n'"Run: ${RUN_URL}"
if [[ -n ${BECAUSE:-} ]]; then
  origin+=$'\n'"Because: ${BECAUSE//[$'\r\n']/ } (${GITHUB_ACTOR})"
fi
