# GitHub merges it once the branch's rules are met: at once, if there are none left to meet. Just after the push it
# may not know yet.
asked=""
for pause in 5 10 0; do
  if gh pr merge "${number}" --repo "${GITOPS_REPOSITORY}" --auto --squash --match-head-commit "${commit}"; then
    asked=yes
    break
  fi
  sleep "${pause}"
done
if [[ -z "${asked}" ]]; then
  echo "::warning title=Roll back ${ENVIRONMENT}::${page} has to be merged by hand: allow auto-merge and squash merging in the settings of ${GITOPS_REPOSITORY}."
fi
echo "::notice title=Proposed for ${ENVIRONMENT}::${page}"
