if [[ -n "${named}" ]] && [[ "${named}" != "${GITHUB_SHA}" ]]; then
  fail "${IMAGE}:${tag} exists already and names ${named}; a tag is never moved."
fi
