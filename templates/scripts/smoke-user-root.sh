user=$(docker image inspect --format '{{.Config.User}}' candidate)
case "${user%%:*}" in
"" | 0 | root) ;;
*)
  echo "::error title=Image user::The image runs as '${user}', the pod as root. Leave security.root out."
  exit 1
  ;;
esac
