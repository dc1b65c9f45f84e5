# Commits of one branch contain one another, unless its history was rewritten.
check_apart() {
  cannot_say "$2 $1, and neither that commit nor ${GITHUB_SHA} contains the other"
}
