# Nor does one run ahead of the environment before its own, if there is one: it may have taken the commit back meanwhile.
check_order() {
  check_live
  if [[ -z ${AFTER:-} ]]; then
    return
  fi
  read_source HEAD "${AFTER}"
  if [[ -z ${commit} ]] || ! git -C ../source merge-base --is-ancestor "${GITHUB_SHA}" "${commit}"; then
    stand_back "${AFTER}/source-commit names ${commit:-no commit}, which does not contain ${GITHUB_SHA}: the environment before this one runs it no more."
  fi
}
