# Who runs a commit again may have given its name to another build meanwhile.
look_up "${TAG}"
if [[ ${named} != "${DIGEST}" ]]; then
  stand_back "${IMAGE}:${TAG} names ${named:-nothing} by now, and not ${DIGEST}: a later run moves the tags."
  exit 0
fi

moved=() arguments=()
for scheme in ${MOVING_TAGS}; do
  tag=$(fill "${scheme}" "${version:-}")
  if [[ -n ${version:-} && ! ${version} =~ ^[0-9.]+$ && ! ${scheme} =~ \{(version|branch)\} ]]; then
    stand_back "${version} is a pre-release, and ${IMAGE}:${tag} is for releases."
    continue
  fi
  find_newer "${scheme}" "${tag}"
  if [[ -n ${newer} ]]; then
    stand_back "${newer} is published, so ${IMAGE}:${tag} is left to its run."
    continue
  fi
  look_up "${tag}"
  if [[ ${named} == "${DIGEST}" ]]; then
    echo "${IMAGE}:${tag} names ${DIGEST} already"
    continue
  fi
  if [[ -n ${named} && ${scheme} == *'{version}'* ]]; then
    check_kept "${tag}"
  fi
  moved+=("${tag}") arguments+=(--tag "${IMAGE}:${tag}")
done
if ((${#moved[@]} == 0)); then
  exit 0
fi

# An index that is joined with no other is copied byte for byte, and keeps its digest.
for attempt in 1 2 3; do
  if docker buildx imagetools create "${arguments[@]}" "${IMAGE}@${DIGEST}" 2>"${said}"; then
    break
  fi
  cat "${said}"
  if grep --quiet --ignore-case --extended-regexp 'immutable|overwritten' "${said}"; then
    fail "The registry lets nobody move a tag of ${IMAGE}: except these from that, or take them out of the spec. ${moved[*]}"
  fi
  if ((attempt == 3)); then
    fail "The tags ${moved[*]} could not be moved in three tries; the log above has the registry's own words. Run the job again."
  fi
  sleep "$((2 * attempt))"
done
for tag in "${moved[@]}"; do
  look_up "${tag}"
  if [[ ${named} != "${DIGEST}" ]]; then
    fail "${IMAGE}:${tag} was to name ${DIGEST}, and the registry says '${named}'."
  fi
  echo "Tag: \`${IMAGE}:${tag}\`" >>"${GITHUB_STEP_SUMMARY}"
done
