docker buildx imagetools create --tag "${IMAGE}:content-${CONTENT}" "${IMAGE}@${DIGEST}"
