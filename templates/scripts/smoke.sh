fail() {
  echo "::error title=Smoke test::$1"
  docker logs candidate || true
  exit 1
}

user=$(docker image inspect --format '{{.Config.User}}' candidate)
if [[ "${user%%:*}" != "${RUN_AS%%:*}" ]]; then
  echo "::error title=Image user::The image runs as '${user:-root}', the pod as ${RUN_AS}. Write 'USER ${RUN_AS}' in the Dockerfile."
  exit 1
fi

# The pod's own restrictions: what cannot live with them is found here and not in the cluster.
arguments=(--user "${RUN_AS}" --read-only --cap-drop ALL --security-opt no-new-privileges)
for folder in /tmp ${WRITABLE:-}; do
  arguments+=(--tmpfs "${folder}")
done
printf '%s\n' "${CONTAINER_ENV:-}" >"${RUNNER_TEMP}/container.env"
trap 'docker rm --force candidate >/dev/null 2>&1 || true' EXIT
docker run --detach --name candidate --publish "127.0.0.1:${PORT}:${PORT}" \
  --env-file "${RUNNER_TEMP}/container.env" "${arguments[@]}" candidate

for ((second = 0; second < SECONDS_TO_START; second++)); do
  if curl --fail --silent --show-error --max-time 5 --output /dev/null "http://127.0.0.1:${PORT}${HEALTH_PATH}"; then
    echo "${HEALTH_PATH} answers after ${second} s"
    exit 0
  fi
  running=$(docker inspect --format '{{.State.Running}}' candidate)
  if [[ ${running} != true ]]; then
    fail "The container stopped after ${second} s."
  fi
  sleep 1
done
fail "No good answer from ${HEALTH_PATH} within ${SECONDS_TO_START} s."
