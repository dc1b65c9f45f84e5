fail() {
  echo "::error title=Changes::$1"
  exit 1
}

# The checkout has all that is compared: nothing is to be fetched on the way.
export GIT_NO_LAZY_FETCH=1 GIT_TERMINAL_PROMPT=0

# The digest of the image that the same files gave before, if the registry has it. One that does not answer is a reason to
# build.
published() {
  docker buildx imagetools inspect --format '{{.Manifest.Digest}}' "$1" |
    grep --extended-regexp --line-regexp 'sha256:[0-9a-f]{64}' || true
}

# Whether a commit has the same files. One that is not here, too far back, says no.
same_in() {
  git diff --quiet --no-renames "$1" HEAD -- "${paths[@]}"
}

while read -r name image files; do
  read -r -a paths <<<"${files}"
  for path in "${paths[@]}"; do
    if [[ -z $(git ls-files -- "${path}") ]]; then
      fail "The image ${name} is said to change with '${path}', and there is no such file: a change would go unnoticed."
    fi
  done
  # The workflow says how the image is built.
  paths+=("${WORKFLOW}")
  content=$(git ls-files --stage -- "${paths[@]}" | sha256sum | cut --delimiter=' ' --fields=1)

  build=true digest="" because="it is built"
  if [[ ${RELEASES} == true && ${REBUILD:-} != true ]]; then
    digest=$(published "${image}:content-${content}")
    if [[ -n ${digest} ]]; then
      build=false because="\`${digest}\` was built of the same files"
    fi
  elif [[ -n ${BASE} ]] && same_in "${BASE}"; then
    build=false because="nothing of it changes"
  fi
  echo "- ${name}: ${because}" >>"${GITHUB_STEP_SUMMARY}"
  {
    echo "build-${name}=${build}"
    echo "digest-${name}=${digest}"
    echo "content-${name}=${content}"
  } >>"${GITHUB_OUTPUT}"
done <<<"${IMAGES}"
