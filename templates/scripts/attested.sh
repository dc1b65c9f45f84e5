# Whether this workflow has attested the image, in a run that releases.
attested() {
  local workflow="${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/${WORKFLOW}"
  timeout 15 gh attestation verify "oci://$1" --repo "${GITHUB_REPOSITORY}" \
    --cert-identity-regex "^${workflow//./\\.}@${RELEASE_REFS}$"
}
