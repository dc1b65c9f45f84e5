fail() {
  echo "::error title=No preview::$1"
  exit 1
}

if [[ ${FROM_FORK} == true ]]; then
  echo "::notice title=No preview::This pull request comes from a fork, and what strangers write gets no right to push an image. Whoever trusts it pushes the branch to ${GITHUB_REPOSITORY} and opens a pull request from there."
  exit 0
fi

# What the pull request is now counts, and not what it was when the run began: runs begin late, and are started again.
pull=$(gh api "repos/${GITHUB_REPOSITORY}/pulls/${PULL_REQUEST}" --jq .)
has_label() { jq --exit-status --arg name "$1" 'any(.labels[]; .name == $name)' <<<"${pull}" >/dev/null; }
take_off() {
  if has_label "$1"; then
    gh api --method DELETE "repos/${GITHUB_REPOSITORY}/issues/${PULL_REQUEST}/labels/$1" --silent
  fi
}

if [[ $(jq --raw-output .state <<<"${pull}") != open ]] || ! has_label "${PREVIEW_LABEL}"; then
  take_off "${PREVIEW_READY}"
  echo "::notice title=Preview::It has none, or none any more: it is closed, or nobody has given it the label ${PREVIEW_LABEL}."
  exit 0
fi
if [[ ${BUILDS} == *failure* || ${BUILDS} == *cancelled* ]]; then
  fail "The image was not built: see the other job. What runs goes on running."
fi
if [[ ${BUILDS} == *skipped* || $(jq --raw-output .head.sha <<<"${pull}") != "${HEAD_COMMIT}" ]]; then
  echo "::notice title=Preview::Something newer has happened to the pull request. The run of that decides."
  exit 0
fi

# The others that have one. It may also be among those that a person has labelled by hand.
others=$(gh api --paginate "repos/${GITHUB_REPOSITORY}/pulls?state=open&per_page=100" --jq '.[] | select(any(.labels[]; .name == env.PREVIEW_READY) and (.number | tostring) != env.PULL_REQUEST) | "#\(.number)"')
if (($(wc --words <<<"${others}") >= MOST_PREVIEWS)); then
  take_off "${PREVIEW_READY}"
  take_off "${PREVIEW_LABEL}"
  full="There are ${MOST_PREVIEWS} previews, which is all that there may be: ${others//$'\n'/, }. Close one of these or take its label away, then set the label ${PREVIEW_LABEL} again."
  gh api --method POST "repos/${GITHUB_REPOSITORY}/issues/${PULL_REQUEST}/comments" --raw-field body="No preview. ${full}" --silent
  fail "${full}"
fi
if ! has_label "${PREVIEW_READY}"; then
  gh api --method POST "repos/${GITHUB_REPOSITORY}/issues/${PULL_REQUEST}/labels" --raw-field "labels[]=${PREVIEW_READY}" --silent
fi
echo "::notice title=Preview::The image is there. Argo CD deploys ${HEAD_COMMIT} when it looks at the pull requests next."
