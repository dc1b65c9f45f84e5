# All that the pod has, and no more: what cannot live with it is found here and not in the cluster.
arguments=(--user "${RUN_AS}" --read-only --cap-drop ALL --security-opt no-new-privileges)
