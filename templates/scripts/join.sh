sources=()
for arch in ${ARCHITECTURES}; do
  digest=$(cat "${RUNNER_TEMP}/digests/${arch}" || true)
  if [[ ! ${digest} =~ ^sha256:[0-9a-f]{64}$ ]]; then
    fail "There is no digest for ${arch}: an image for some of the platforms is not published."
  fi
  sources+=("${IMAGE}@${digest}")
done
docker buildx imagetools create --tag "${IMAGE}:${tag}" \
  --annotation "index:org.opencontainers.image.revision=${GITHUB_SHA}" "${sources[@]}"

digest=$(docker buildx imagetools inspect --format '{{.Manifest.Digest}}' "${IMAGE}:${tag}")
if [[ ! ${digest} =~ ^sha256:[0-9a-f]{64}$ ]]; then
  fail "The registry reported '${digest}' instead of a digest."
fi
{
  echo "tag=${tag}"
  echo "digest=${digest}"
} >>"${GITHUB_OUTPUT}"
{
  echo "Image: \`${IMAGE}:${tag}\`"
  echo
  echo "Digest: \`${digest}\`"
} >>"${GITHUB_STEP_SUMMARY}"
