where="${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/settings/environments, in the environment ${ENVIRONMENT}"
if [[ -n "${VARIABLE:-}" && -z "${USER_NAME}" ]]; then
  echo "::error title=Variable missing::The variable ${VARIABLE} is not set, so nothing can be pushed to ${REGISTRY}. Store the name of the user as ${VARIABLE} at ${where}."
  exit 1
fi
if [[ -z "${TOKEN}" ]]; then
  echo "::error title=Secret missing::The secret ${SECRET} is not set, so nothing can be pushed to ${REGISTRY}. Store it as ${SECRET} at ${where}."
  exit 1
fi
