if [[ ! ${DIGEST} =~ ^sha256:[0-9a-f]{64}$ ]]; then
  echo "::error title=No digest::The push reported '${DIGEST}' instead of a digest."
  exit 1
fi
mkdir -p "${RUNNER_TEMP}/digests"
printf '%s\n' "${DIGEST}" >"${RUNNER_TEMP}/digests/${ARCH}"
