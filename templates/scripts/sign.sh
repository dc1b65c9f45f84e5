cosign sign --yes "${IMAGE}@${DIGEST}"
