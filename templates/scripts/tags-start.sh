fail() {
  echo "::error title=Moving tags::$1"
  exit 1
}

# Not to move a tag can be right. The summary says why.
stand_back() {
  echo "::notice title=Tag not moved::$1"
  echo "Tag not moved: $1" >>"${GITHUB_STEP_SUMMARY}"
}

# Only commits are asked for, and the checkout has them all: nothing is to be fetched on the way.
export GIT_NO_LAZY_FETCH=1
said="${RUNNER_TEMP}/registry"

# Sets named to the digest that tag $1 of the image names, "" where the registry says that there is no such tag. Any other
# failure says nothing about it.
look_up() {
  local attempt
  for attempt in 1 2 3; do
    if named=$(docker buildx imagetools inspect --format '{{.Manifest.Digest}}' "${IMAGE}:$1" 2>"${said}"); then
      return
    fi
    named=""
    if grep --quiet --fixed-strings "${IMAGE}:$1: not found" "${said}"; then
      return
    fi
    sleep "$((2 * attempt))"
  done
  fail "The registry does not say what ${IMAGE}:$1 names: $(tail --lines 1 "${said}"). Run the job again once it answers."
}

# Whether the image of the commit $1, and of its git tag $2, is published.
published() {
  local tag=${TAG_SCHEME//'{sha7}'/${1::7}}
  tag=${tag//'{sha}'/$1}
  look_up "${tag//'{gitTag}'/$2}"
  [[ -n ${named} ]]
}

# Writes the tag that the scheme $1 gives for the version $2.
fill() {
  local tag=${1//'{version}'/$2} rest=${2#*.}
  tag=${tag//'{branch}'/${SOURCE_BRANCH//\//-}}
  tag=${tag//'{major}'/${2%%.*}}
  printf '%s\n' "${tag//'{minor}'/${rest%%.*}}"
}
