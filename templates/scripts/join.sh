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
