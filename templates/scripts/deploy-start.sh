git config user.name "${AUTHOR_NAME}"
git config user.email "${AUTHOR_EMAIL}"
origin="Source: ${GITHUB_REPOSITORY}@${GITHUB_SHA}"$'\n'"Run: ${RUN_URL}"
if [[ -n ${BECAUSE:-} ]]; then
  origin+=$'\n'"Because: ${BECAUSE//[$'\r\n']/ } (${GITHUB_ACTOR})"
fi

# Writes the images of the run into the live folder, and its commit. An image that runs with the same digest keeps its
# tag: another name for the same bytes would restart its pods. Sets what people read of the images that change.
write_live() {
  local image reference name live names=""
  live=$(kustomize build "${OVERLAY}")
  text="" images=""
  for image in ${IMAGES}; do
    reference=${image#*=}
    if grep --quiet --extended-regexp "image: ${reference%:*@*}:[^@]+@${reference#*@}\$" <<<"${live}"; then
      continue
    fi
    (cd "${LIVE}" && kustomize edit set image "${image}")
    # A wrong name or folder passes the edit unnoticed; the rendered result shows it.
    if ! kustomize build "${OVERLAY}" | grep --fixed-strings "image: ${reference}" >/dev/null; then
      fail "${OVERLAY} does not render ${reference}: the edit in ${LIVE} has no effect."
    fi
    name=${image%%=*}
    if [[ ${image} == "${IMAGES}" ]]; then
      # The only image is called like the application: its tag says more.
      name=${image%@*} name=${name##*:}
    fi
    names+="${names:+, }${name}"
    images+="${images:+, }\`${reference}\`"
    text+="${text:+$'\n'}Image: ${reference}"
  done
  title="deploy ${APPLICATION} to ${ENVIRONMENT}: ${names:=no image has changed}"
  text=${text:-No image has changed.} images=${images:-${names}}
  printf '%s\n' "${GITHUB_SHA}" >"${LIVE}/source-commit"
  git add -- "${LIVE}"
}
