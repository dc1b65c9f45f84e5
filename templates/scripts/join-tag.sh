fail() {
  echo "::error title=Image::$1"
  exit 1
}

tag=${TAG_SCHEME//'{sha7}'/${GITHUB_SHA::7}}
tag=${tag//'{sha}'/${GITHUB_SHA}}
tag=${tag//'{runNumber}'/${GITHUB_RUN_NUMBER}}
tag=${tag//'{gitTag}'/${GITHUB_REF_NAME}}
if [[ ! ${tag} =~ ^[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}$ ]]; then
  fail "'${tag}' is no valid image tag."
fi

# A tag names one commit for ever. To run a commit again may name its new build, and no other's.
# A tag is free only where the registry says so. Any other failure says nothing about it.
named="" said="${RUNNER_TEMP}/registry"
for attempt in 1 2 3; do
  if manifest=$(docker buildx imagetools inspect --raw "${IMAGE}:${tag}" 2>"${said}"); then
    named=$(jq --raw-output '.annotations["org.opencontainers.image.revision"] // "an unknown commit"' <<<"${manifest}") ||
      fail "${IMAGE}:${tag} exists already and is no image that was published here; a tag is never moved."
    break
  fi
  if grep --quiet --fixed-strings "${IMAGE}:${tag}: not found" "${said}"; then
    break
  fi
  if ((attempt == 3)); then
    fail "The registry does not say whether ${IMAGE}:${tag} is free: $(tail --lines 1 "${said}"). Run the job again once it answers."
  fi
  sleep "$((2 * attempt))"
done
