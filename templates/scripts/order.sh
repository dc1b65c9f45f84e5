fail() {
  echo "::error title=Deploy to ${ENVIRONMENT}::$1"
  exit 1
}

# To deploy nothing can be right. The summary says why, and the jobs after this one are left out.
stand_back() {
  echo "::notice title=Not deployed::$1"
  echo "Not deployed to ${ENVIRONMENT}: $1" >>"${GITHUB_STEP_SUMMARY}"
  echo "deployed=false" >>"${GITHUB_OUTPUT}"
  exit 0
}

# Only commits are asked for, and the checkouts have them all: nothing is to be fetched on the way.
export GIT_NO_LAZY_FETCH=1 GIT_TERMINAL_PROMPT=0

# Sets commit to the one that the live folder $2 of the revision $1 was built from, "" where this repository has deployed
# nothing there yet.
read_source() {
  if ! commit=$(git show "$1:$2/source-commit" | tr --delete '[:space:]'); then
    fail "$2/source-commit cannot be read, so nobody can say which commit is newer."
  fi
  if [[ ${commit} == none || ${commit} == unknown ]]; then
    commit=""
  elif [[ ! ${commit} =~ ^[0-9a-f]{40}$ ]]; then
    fail "$2/source-commit holds no commit, so nobody can say which commit is newer. Write the commit there that runs, or ${GITHUB_SHA} to deploy it."
  fi
}

# Stands back where commit $1 is newer than that of this run: runs finish in any order. $2 begins the sentence.
check_newer() {
  if [[ -z $1 || $1 == "${GITHUB_SHA}" ]]; then
    return
  fi
  if ! git -C ../source cat-file -e "$1^{commit}" 2>/dev/null; then
    cannot_say "$2 $1, and this repository does not have it"
  elif git -C ../source merge-base --is-ancestor "${GITHUB_SHA}" "$1"; then
    stand_back "$2 $1, which is newer than ${GITHUB_SHA}."
  elif ! git -C ../source merge-base --is-ancestor "$1" "${GITHUB_SHA}"; then
    check_apart "$1" "$2"
  fi
}

# A person's reason lets through what cannot be compared.
cannot_say() {
  if [[ -z ${BECAUSE:-} ]]; then
    fail "$1, so nobody can say which commit is newer. If history was rewritten, write ${GITHUB_SHA} into ${LIVE}/source-commit and run again."
  fi
}

# Stands back for what was deployed here before and is not part of what runs now: somebody has taken it back, and a job
# that waited for long or is run again must not undo that.
check_taken_back() {
  local before new
  if ! before=$(git log --first-parent --format="%H:${LIVE}/source-commit" HEAD -- "${LIVE}/source-commit" |
    git cat-file --batch='%(objecttype)' | tr --delete '\r\t ' | { grep --extended-regexp --line-regexp '[0-9a-f]{40}' || true; }); then
    fail "The history of ${LIVE} cannot be read; the log above has git's own words."
  fi
  # Nothing is new where this commit and all before it are in the history of those.
  if ! new=$(printf '%s\n' "${GITHUB_SHA}" ${before:+"^${before//$'\n'/$'\n'^}"} | git -C ../source rev-list --max-count=1 --ignore-missing --stdin); then
    fail "Git cannot compare ${GITHUB_SHA} with what was deployed before; the log above has its own words."
  fi
  if [[ -z ${new} ]]; then
    stand_back "${GITHUB_SHA} ran here before, by itself or as part of a newer commit, and was taken back. Newer commits deploy by themselves; the README beside this workflow says how a person deploys this one again."
  fi
}

# Jobs start in any order, wait for long, and are run again. None puts an older commit in the place of a newer one, or
# brings back what was taken back.
check_live() {
  read_source HEAD "${LIVE}"
  check_newer "${commit}" "${ENVIRONMENT} runs"
  if [[ ${commit} != "${GITHUB_SHA}" && -z ${BECAUSE:-} ]]; then
    check_taken_back
  fi
}
