# Tags may be on branches of their own, where neither commit contains the other. The spec lets a lower release replace a
# higher one here (lowerReleases).
check_apart() {
  echo "$2 $1, which is on another branch than ${GITHUB_REF_NAME}"
}
