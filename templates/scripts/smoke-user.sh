user=$(docker image inspect --format '{{.Config.User}}' candidate)
if [[ "${user%%:*}" != "${RUN_AS%%:*}" ]]; then
  echo "::error title=Image user::The image runs as '${user:-root}', the pod as ${RUN_AS}. Write 'USER ${RUN_AS}' in the Dockerfile."
  exit 1
fi
