git config user.name "${AUTHOR_NAME}"
git config user.email "${AUTHOR_EMAIL}"

fetch() {
  if ! git fetch --quiet origin "refs/heads/${BRANCH}"; then
    fail "The branch ${BRANCH} of the GitOps repository cannot be read; the log above has git's own words."
  fi
  git reset --quiet --hard FETCH_HEAD
}

fetch
read_history HEAD
choose
after=${state% *}
tag=${after%@*}
tag=${tag##*:}
title="roll back ${APPLICATION} in ${ENVIRONMENT} by ${back}: ${tag}"
notes="The source still holds what was taken back. Its runs stand back from now on, and those that are started again too; a newer commit brings it again, unless it is reverted there."
if ((back == 0)); then
  title="roll back ${APPLICATION} in ${ENVIRONMENT} to ${tag}"
  warning="${tag} was taken back before, in GitOps commit ${taken_back[${state}]}: this deploys it again."
  echo "::warning title=Roll back ${ENVIRONMENT}::${warning}"
  notes="${warning}"$'\n\n'"${notes}"
fi
text="Image: ${after}"
before="what nobody can read"
if [[ ${stack[-1]} == *@* ]]; then
  before=${stack[-1]% *}
  text+=$'\n\n'"Taken back: ${before}"
fi
text+=$'\n'"Run: ${RUN_URL}"

# The folder of then, whatever was edited since, and all else as the branch has it now.
go_back() {
  git restore --source="${latest[${state}]}" --staged --worktree -- "${LIVE}"
  # What Argo CD will render, before it does.
  if ! kustomize build "${OVERLAY}" | grep --fixed-strings "image: ${after}" >/dev/null; then
    fail "${OVERLAY} does not render ${after} with the live folder of then."
  fi
  git commit --quiet --message "${title}" --message "${text}"
  commit=$(git rev-parse HEAD)
}
