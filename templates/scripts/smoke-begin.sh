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
