# The names of the secrets that are not set, and none of their values.
read -ra names <<<"${MISSING}"
if ((${#names[@]} == 0)); then
  exit 0
fi
missing="${names[*]}"
if [[ "${OUTSIDE:-}" != true ]]; then
  echo "::error title=Secret missing::Not set: ${missing}. Store each at ${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/settings/environments, in the environment ${ENVIRONMENT}."
  exit 1
fi
# GitHub gives none to the pull requests of forks and of Dependabot.
echo "::warning title=Left out::This run gets no secrets, so all that needs ${missing} is left out."
echo "missing=${missing}" >>"${GITHUB_OUTPUT}"
