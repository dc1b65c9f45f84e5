docker buildx imagetools create --tag "${IMAGE}:${tag}" \
  --annotation "index:org.opencontainers.image.revision=${GITHUB_SHA}" "${sources[@]}"
