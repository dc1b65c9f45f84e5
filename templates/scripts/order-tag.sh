# Tags may be on branches of their own, where neither commit contains the other: there the higher release counts as the
# newer one. Of the tags of $1, those count that begin as this run's does; a pre-release is lower than its release.
# The spec may let a lower release replace a higher one (lowerReleases).
check_apart() {
  if [[ -n ${LOWER_RELEASES:-} ]]; then
    return
  fi
  local prefix=${GITHUB_REF_NAME%%[0-9]*} theirs ours
  theirs=$(git -C ../source tag --points-at "$1" --list "${prefix}[0-9]*" --format '%(refname:strip=2)' |
    sed -e "s/^.\{${#prefix}\}//" -e 's/-/~/' | LC_ALL=C sort --version-sort | tail --lines=1)
  if [[ -z ${theirs} ]]; then
    cannot_say "$2 $1, which has no tag like ${GITHUB_REF_NAME}, and neither that commit nor ${GITHUB_SHA} contains the other"
  fi
  ours=$(sed -e "s/^.\{${#prefix}\}//" -e 's/-/~/' <<<"${GITHUB_REF_NAME}")
  if [[ $(printf '%s\n' "${ours}" "${theirs}" | LC_ALL=C sort --version-sort | tail --lines=1) != "${ours}" ]]; then
    stand_back "$2 release ${prefix}${theirs/'~'/-}, which is higher than ${GITHUB_REF_NAME}."
  fi
}
