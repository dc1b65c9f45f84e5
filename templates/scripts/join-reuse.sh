# Nothing was built: the image of the same files gets one more name. An index that is joined with no other is copied byte
# for byte, and keeps its digest.
if [[ -n "${REUSED}" ]]; then
  docker buildx imagetools create --tag "${IMAGE}:${tag}" "${IMAGE}@${REUSED}"
  digest=$(docker buildx imagetools inspect --format '{{.Manifest.Digest}}' "${IMAGE}:${tag}" || true)
  if [[ "${digest}" != "${REUSED}" ]]; then
    fail "${IMAGE}:${tag} was to name ${REUSED}, and the registry says '${digest}'."
  fi
  {
    echo "tag=${tag}"
    echo "digest=${digest}"
  } >>"${GITHUB_OUTPUT}"
  echo "Image: \`${IMAGE}:${tag}\`, which was there already as \`${digest}\`" >>"${GITHUB_STEP_SUMMARY}"
  exit 0
fi
