# A pull request is checked out as it would be merged: its first parent is the branch without it.
before="${RUNNER_TEMP}/before"
git worktree add --quiet --detach "${before}" 'HEAD^1'
# GitHub takes a mebibyte for a summary.
most=$((900000 / $(wc -w <<<"${OVERLAYS}")))
for one in ${OVERLAYS}; do
  environment=${one%%=*} overlay=${one#*=}
  old="${RUNNER_TEMP}/old.yaml" new="${RUNNER_TEMP}/new.yaml" difference="${RUNNER_TEMP}/difference"
  # What the branch did not have yet, or could not render, was nothing before.
  if ! kustomize build "${before}/${overlay}" >"${old}" 2>/dev/null; then
    : >"${old}"
  fi
  if ! kustomize build "${overlay}" >"${new}"; then
    echo "::error title=Rendering of ${environment}::${overlay} cannot be rendered; the log above has kustomize's own words."
    exit 1
  fi
  if diff --unified "${old}" "${new}" >"${difference}"; then
    echo "Nothing changes in ${environment}." >>"${GITHUB_STEP_SUMMARY}"
    continue
  fi
  # A fence is longer than what is within it.
  fence='```'
  while grep --quiet --fixed-strings "${fence}" "${difference}"; do
    fence+='`'
  done
  {
    printf '### %s\n\n%sdiff\n' "${environment}" "${fence}"
    head --bytes="${most}" "${difference}" | tail --lines=+3
    printf '\n%s\n\n' "${fence}"
    if (($(wc -c <"${difference}") > most)); then
      printf 'The rest is left out.\n\n'
    fi
  } >>"${GITHUB_STEP_SUMMARY}"
done
