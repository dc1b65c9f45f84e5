# The branch says from which commit it was rendered. It always gets the newest of the branch that people and CI change, in
# whichever order runs come.
fail() {
  echo "::error title=Rendering of ${ENVIRONMENT}::$1"
  exit 1
}

stand_back() {
  echo "::notice title=Not rendered::$1"
  echo "Not rendered for ${ENVIRONMENT}: $1" >>"${GITHUB_STEP_SUMMARY}"
  exit 0
}

export GIT_TERMINAL_PROMPT=0
# Git asks gh, and gh hands out GH_TOKEN: no credential is written to disk.
gh auth setup-git
cd gitops
git config user.name "${AUTHOR_NAME}"
git config user.email "${AUTHOR_EMAIL}"
remote="${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}"

# Sets head to the newest commit of the branch, "" where there is none yet, and before to the commit from which the
# application was rendered there.
read_rendered() {
  if ! head=$(git ls-remote origin "refs/heads/${RENDERED}"); then
    fail "The branches of the GitOps repository cannot be read; the log above has git's own words."
  fi
  head=${head%%[[:space:]]*} before=""
  if [[ -z ${head} ]]; then
    return
  fi
  if ! git fetch --quiet origin "refs/heads/${RENDERED}"; then
    fail "The branch ${RENDERED} cannot be read; the log above has git's own words."
  fi
  head=$(git rev-parse FETCH_HEAD)
  # All overlays are rendered of one commit. One that is new has nothing there yet.
  local overlay
  for overlay in ${OVERLAYS}; do
    if git cat-file -e "${head}:${overlay}/hydrator.metadata" 2>/dev/null; then
      before=$(git show "${head}:${overlay}/hydrator.metadata" | jq --raw-output '.drySha // ""')
      break
    fi
  done
  if [[ ! ${before} =~ ^[0-9a-f]{40}$ ]]; then
    before=""
  fi
}

# Renders each overlay of the commit dry, in the layout of Argo CD's source hydrator.
render() {
  local out overlay
  out=$(mktemp --directory)
  for overlay in ${OVERLAYS}; do
    mkdir -p "${out}/${overlay}"
    if ! kustomize build "${overlay}" >"${out}/${overlay}/manifest.yaml"; then
      fail "${overlay} of ${dry} cannot be rendered, and ${RENDERED} stays as it is; the log above has kustomize's own words."
    fi
    if [[ ! -s "${out}/${overlay}/manifest.yaml" ]]; then
      fail "${overlay} of ${dry} renders nothing, and ${RENDERED} stays as it is."
    fi
    jq --null-input --arg url "${remote}" --arg dry "${dry}" --arg command "kustomize build ${overlay}" \
      '{repoURL: $url, drySha: $dry, commands: [$command]}' >"${out}/${overlay}/hydrator.metadata"
    {
      echo "# Rendered"
      echo
      echo "\`manifest.yaml\` is what \`kustomize build ${overlay}\` gives at commit ${dry} of ${remote}. A workflow writes it anew: change the branch ${BRANCH} instead."
    } >"${out}/${overlay}/README.md"
  done
  git show --no-patch --format='%an <%ae>%n%aI%n%s%n%b' "${dry}" | jq --raw-input --slurp --arg url "${remote}" --arg dry "${dry}" \
    'split("\n") | {repoURL: $url, drySha: $dry, author: .[0], date: .[1], subject: .[2], body: (.[3:] | join("\n") | rtrimstr("\n"))}' >"${out}/hydrator.metadata"
  printf '%s\n' '**/README.md linguist-generated=true' '**/hydrator.metadata linguist-generated=true' >"${out}/.gitattributes"
  # The tree is that of the branch with all of this application's replaced: what is rendered no more is gone, and what is
  # another application's stays.
  export GIT_INDEX_FILE="${out}.index"
  git read-tree "${head:---empty}"
  git rm -r --cached --quiet --ignore-unmatch -- "${FOLDER}"
  git --work-tree="${out}" add --force --ignore-removal -- .
  tree=$(git write-tree)
  unset GIT_INDEX_FILE
}

# Reports whether the branch has what was rendered, of a commit with the same sources.
up_to_date() {
  [[ -n ${follows} ]] && git diff --quiet "${before}" "${dry}" -- "${FOLDER}" &&
    git diff --quiet "${head}" "${tree}" -- ":(glob)${FOLDER}/**/manifest.yaml"
}

for attempt in 1 2 3 4 5; do
  # What a run was started for may be old by now. Every attempt renders the newest state.
  if ! git fetch --quiet origin "refs/heads/${BRANCH}"; then
    fail "The branch ${BRANCH} of the GitOps repository cannot be read; the log above has git's own words."
  fi
  git reset --quiet --hard FETCH_HEAD
  dry=$(git rev-parse HEAD)
  if [[ $(git rev-parse --quiet --verify "${GITHUB_SHA}:${WORKFLOW}") != $(git rev-parse --quiet --verify "${dry}:${WORKFLOW}") ]]; then
    stand_back "${WORKFLOW} of ${dry} is another one than that of this run, and the push of it has started a run of its own."
  fi
  read_rendered
  follows=""
  if [[ -n ${before} ]] && git merge-base --is-ancestor "${before}" "${dry}" 2>/dev/null; then
    follows=true
  elif [[ -n ${before} && $(git ls-remote origin "refs/heads/${BRANCH}") != "${dry}"* ]]; then
    # What is there was rendered meanwhile, of a newer commit. Where this one is the newest, history was rewritten.
    continue
  fi
  render
  if up_to_date; then
    echo "${RENDERED} has what ${dry} gives already"
    exit 0
  fi
  title="render ${APPLICATION} for ${ENVIRONMENT}: $(git show --no-patch --format=%s "${dry}")"
  commit=$(git commit-tree "${tree}" ${head:+-p "${head}"} -m "${title}" -m "Dry commit: ${dry}"$'\n'"Run: ${RUN_URL}")
  if git push --quiet origin "${commit}:refs/heads/${RENDERED}"; then
    echo "Rendered for ${ENVIRONMENT}: \`${dry}\`, as \`${commit}\` of \`${RENDERED}\`" >>"${GITHUB_STEP_SUMMARY}"
    exit 0
  fi
  # Somebody else pushed first, most likely.
  if ((attempt < 5)); then
    sleep "$((attempt + RANDOM % 5))"
  fi
done
fail "The push was refused five times. Most likely a rule of the branch ${RENDERED} keeps this workflow from it; the log above has git's own words."
