if [[ -z "${DEPLOY_KEY}" ]]; then
  echo "::error title=Secret missing::The secret ${SECRET} is not set, so nothing can be deployed. Make a pair of keys with 'ssh-keygen -t ed25519 -N \"\"', add the public one at ${GITHUB_SERVER_URL}/${GITOPS_REPOSITORY}/settings/keys with write access, and store the private one as ${SECRET} at ${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/settings/environments, in the environment ${ENVIRONMENT}."
  exit 1
fi
