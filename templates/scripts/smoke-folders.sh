# An emptyDir is open to everyone, belongs to the program's group, and programs run from it. What
# Docker mounts by itself is root's, and nothing runs from it.
for folder in /tmp ${WRITABLE:-}; do
  arguments+=(--tmpfs "${folder}:rw,exec,mode=2777,gid=${RUN_AS#*:},size=${FOLDER_SIZE}")
done
# A pod has no swap. How fast its processors are is not tried: those of a runner are others.
if [[ -n "${CONTAINER_MEMORY:-}" ]]; then
  arguments+=(--memory "${CONTAINER_MEMORY}" --memory-swap "${CONTAINER_MEMORY}")
fi
