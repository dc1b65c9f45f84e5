# The address is a secret: on the command line others on the machine could read it.
printf 'url = "%s"\n' "${WEBHOOK}" | curl --config - --fail --silent --show-error --max-time 20 --retry 3 --output /dev/null \
  --header 'Content-Type: application/json' --data "${message}"
