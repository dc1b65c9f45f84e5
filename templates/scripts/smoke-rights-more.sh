# All that the pod has, and no more: what cannot live with it is found here and not in the cluster.
read -ra rights <<<"${RIGHTS}"
arguments=(--user "${RUN_AS}" "${rights[@]}" --security-opt no-new-privileges)
