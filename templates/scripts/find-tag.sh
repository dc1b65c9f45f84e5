# A tag may have been moved or deleted since, and this run be started again.
commit=$(git -C ../source rev-parse --verify --quiet "${GITHUB_SHA}^{commit}") || fail "This repository does not have ${GITHUB_SHA}."
if ! named=$(GH_TOKEN=${SOURCE_TOKEN} gh api "repos/${GITHUB_REPOSITORY}/commits/tags/${GITHUB_REF_NAME}" --jq .sha); then
  fail "GitHub does not say which commit the tag ${GITHUB_REF_NAME} names: it may be deleted. Nothing is promoted."
fi
if [[ ${named} != "${commit}" ]]; then
  fail "The tag ${GITHUB_REF_NAME} was moved: it names ${named} now, and this run is for ${commit}. Nothing is promoted."
fi
what="${commit} (${GITHUB_REF_NAME})"
