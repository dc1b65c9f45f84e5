where="${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/settings/environments, in the environment ${ENVIRONMENT}"
if [[ -z "${CLIENT_ID}" ]]; then
  echo "::error title=Variable missing::The variable ${VARIABLE} is not set, so nothing can be deployed. Store the client id of a GitHub App that is installed on ${GITOPS_REPOSITORY} as ${VARIABLE} at ${where}."
  exit 1
fi
if [[ -z "${PRIVATE_KEY}" ]]; then
  echo "::error title=Secret missing::The secret ${SECRET} is not set, so nothing can be deployed. Store a private key of the GitHub App as ${SECRET} at ${where}."
  exit 1
fi
