if [[ -z "${TOKEN}" ]]; then
  echo "::error title=Secret missing::The secret ${SECRET} is not set, so nothing can be deployed. Create a fine-grained access token that may write the contents of ${GITOPS_REPOSITORY} and nothing else, and store it as ${SECRET} at ${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/settings/environments, in the environment ${ENVIRONMENT}."
  exit 1
fi
