files=0
while IFS= read -r path; do
  files=$((files + 1))
  jq --join-output --arg path "${path}" '.[$path]' <<<"${CONTAINER_FILES}" >"${RUNNER_TEMP}/file-${files}"
  arguments+=(--volume "${RUNNER_TEMP}/file-${files}:${path}:ro")
done < <(jq --raw-output 'keys[]' <<<"${CONTAINER_FILES}")
