# The newest commit of the branch whose image is published has the tags. Runs finish in any order.
if ! commits=$(git rev-list "${GITHUB_SHA}..refs/remotes/origin/${SOURCE_BRANCH}"); then
  fail "The history of ${SOURCE_BRANCH} cannot be read; the log above has git's own words."
fi
if ! git merge-base --is-ancestor "${GITHUB_SHA}" "refs/remotes/origin/${SOURCE_BRANCH}"; then
  stand_back "${SOURCE_BRANCH} does not contain ${GITHUB_SHA} any more."
  exit 0
fi
newer=""
for commit in ${commits}; do
  if published "${commit}" ""; then
    newer="commit ${commit}"
    break
  fi
done

find_newer() {
  return
}

# Many commits have the same version.
check_kept() {
  return
}
