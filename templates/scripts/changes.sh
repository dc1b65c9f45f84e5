# Looks for the image that the same files gave before, and sets digest to it. Whoever may push packages may give any image
# any tag, so the tag is only where to look: the image itself has to name it, and this workflow has to have attested the
# image. That nobody answers, or only after 45 seconds for all images, is a reason to build.
find_built() {
  local found="${image}:content-${content}" index="${RUNNER_TEMP}/index" named
  if ((SECONDS > 45)) || ! timeout 15 docker buildx imagetools inspect --raw "${found}" >"${index}"; then
    return
  fi
  # The digest of what was read, and of nothing else.
  digest=sha256:$(sha256sum <"${index}" | cut --delimiter=' ' --fields=1)
  named=$(jq --raw-output '.annotations["io.github.pipegen.content"] // ""' "${index}" || true)
  if [[ ${named} == "${found}" ]] && attested "${image}@${digest}"; then
    build=false because="\`${digest}\` was built of the same files"
    return
  fi
  because="it is built, for nothing proves that this workflow has built \`${digest}\` of the same files"
  echo "::warning title=Changes::${found} is not taken: nothing proves that this workflow has built ${digest} of these files. The image is built."
  digest=""
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
    if [[ ${image} != - ]]; then
      find_built
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
