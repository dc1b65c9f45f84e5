has_images() {
  local image
  for image in ${IMAGES}; do
    if ! grep --fixed-strings "digest: ${image#*@}" "${LIVE}/kustomization.yaml" >/dev/null; then
      return 1
    fi
  done
}

gone=0
for ((waited = 0; waited <= SECONDS_TO_MERGE; waited += 10)); do
  if ! git fetch --quiet origin "refs/heads/${BRANCH}"; then
    fail "The branch ${BRANCH} of the GitOps repository cannot be read; the log above has git's own words."
  fi
  git reset --quiet --hard FETCH_HEAD
  check_order
  if [[ ${commit} == "${GITHUB_SHA}" ]] && has_images; then
    echo "::notice title=Deployed to ${ENVIRONMENT}::The pull request is merged."
    echo "deployed=true" >>"${GITHUB_OUTPUT}"
    exit 0
  fi

  number=$(open_pull_request)
  if [[ -n "${number}" ]]; then
    git fetch --quiet origin "refs/heads/${PROPOSAL}"
    read_source FETCH_HEAD "${LIVE}"
    check_newer "${commit}" "Pull request #${number} proposes"
  elif ((gone++)); then
    # Looked at twice: it may have been merged just after the branch was read.
    fail "The pull request was closed and not merged."
  fi
  sleep 10
done
fail "The pull request is not merged after ${SECONDS_TO_MERGE} s, and other jobs wait for this one. Have it merged, then run this job again."
