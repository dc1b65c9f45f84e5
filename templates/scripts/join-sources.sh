sources=()
for arch in ${ARCHITECTURES}; do
  digest=$(cat "${RUNNER_TEMP}/digests/${arch}" || true)
  if [[ ! ${digest} =~ ^sha256:[0-9a-f]{64}$ ]]; then
    fail "There is no digest for ${arch}: an image for some of the platforms is not published."
  fi
  sources+=("${IMAGE}@${digest}")
done
