# The version is what comes after the text before the first digit of the git tag.
prefix=${GITHUB_REF_NAME%%[0-9]*}
version=${GITHUB_REF_NAME#"${prefix}"}
if [[ ! ${version} =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$ ]]; then
  stand_back "${GITHUB_REF_NAME} is no version such as v1.2.3, so nobody can say which release is newer."
  exit 0
fi
if ! tags=$(git tag --list "${prefix}[0-9]*"); then
  fail "The git tags cannot be read; the log above has git's own words."
fi
# The releases that are higher than this one, the highest first. A pre-release is none.
higher=$({
  for tag in ${tags}; do
    printf '%s\n' "${tag#"${prefix}"}"
  done | grep --extended-regexp '^[0-9]+\.[0-9]+\.[0-9]+$' || true
  echo "${version}"
} | LC_ALL=C sort --version-sort --unique | awk -v ours="${version}" 'found { print } $0 == ours { found = 1 }' | tac)

# Sets newer to the highest release that is published and has the tag $2, from the scheme $1, as well: "" for none.
find_newer() {
  local other commit
  newer=""
  if [[ $1 == *'{version}'* ]]; then
    return
  fi
  for other in ${higher}; do
    if [[ $(fill "$1" "${other}") != "$2" ]]; then
      continue
    fi
    if ! commit=$(git rev-parse --verify --quiet "refs/tags/${prefix}${other}^{commit}"); then
      fail "The commit of the git tag ${prefix}${other} cannot be read."
    fi
    if published "${commit}" "${prefix}${other}"; then
      newer="release ${prefix}${other}"
      return
    fi
  done
}

# A version names one commit for ever, whatever happens to the git tag: $1 is the tag that it gives, and named its digest.
check_kept() {
  local of
  of=$(docker buildx imagetools inspect --raw "${IMAGE}:$1" | jq --raw-output '.annotations["org.opencontainers.image.revision"] // "an unknown commit"')
  if [[ ${of} != "${GITHUB_SHA}" && ${TAG_SCHEME} != *'{gitTag}'* ]]; then
    fail "${IMAGE}:$1 exists already and names ${of}; a version is never moved."
  fi
}
