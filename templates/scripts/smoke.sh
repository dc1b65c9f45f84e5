printf '%s\n' "${CONTAINER_ENV:-}" >"${RUNNER_TEMP}/container.env"
trap 'docker rm --force candidate >/dev/null 2>&1 || true' EXIT
docker run --detach --name candidate --publish "127.0.0.1:${PORT}:${PORT}" \
  --env-file "${RUNNER_TEMP}/container.env" "${arguments[@]}" candidate

for ((second = 0; second < SECONDS_TO_START; second++)); do
  if curl --fail --silent --show-error --max-time 5 --output /dev/null "http://127.0.0.1:${PORT}${HEALTH_PATH}"; then
    echo "${HEALTH_PATH} answers after ${second} s"
    exit 0
  fi
  state=$(docker inspect --format '{{.State.Running}} {{.State.OOMKilled}}' candidate)
  case "${state}" in
  "true "*) ;;
  *" true") fail "The container was stopped after ${second} s: it uses more memory than the pod may." ;;
  *) fail "The container stopped after ${second} s." ;;
  esac
  sleep 1
done
fail "No good answer from ${HEALTH_PATH} within ${SECONDS_TO_START} s."
