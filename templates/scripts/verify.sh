# Whoever may write to the GitOps repository may name any image there. The attestation may come a little later than the
# deploy, which does not wait for it.
for image in ${IMAGES}; do
  for pause in 10 20 40 80 160 0; do
    if attested "${image}"; then
      echo "${WORKFLOW} of ${GITHUB_REPOSITORY} has built ${image}"
      continue 2
    fi
    sleep "${pause}"
  done
  echo "::error title=Promotion to ${ENVIRONMENT}::Nothing proves that ${WORKFLOW} of this repository has built ${image}. Nothing is promoted."
  exit 1
done
