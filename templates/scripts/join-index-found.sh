# The image says itself by which files it may be found: its digest covers that, and with it the attestation.
docker buildx imagetools create --tag "${IMAGE}:${tag}" \
  --annotation "index:org.opencontainers.image.revision=${GITHUB_SHA}" \
  --annotation "index:io.github.pipegen.content=${IMAGE}:content-${CONTENT}" "${sources[@]}"
