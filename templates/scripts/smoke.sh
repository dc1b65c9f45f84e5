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

# All that the pod has, and no more: what cannot live with it is found here and not in the cluster.
arguments=(--user "${RUN_AS}" --read-only --cap-drop ALL --security-opt no-new-privileges)
# An emptyDir is open to everyone, belongs to the program's group, and programs run from it. What
# Docker mounts by itself is root's, and nothing runs from it.
for folder in /tmp ${WRITABLE:-}; do
  arguments+=(--tmpfs "${folder}:rw,exec,mode=2777,gid=${RUN_AS#*:},size=${FOLDER_SIZE}")
done
# A pod has no swap. How fast its processors are is not tried: those of a runner are others.
if [[ -n "${CONTAINER_MEMORY:-}" ]]; then
  arguments+=(--memory "${CONTAINER_MEMORY}" --memory-swap "${CONTAINER_MEMORY}")
fi
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
