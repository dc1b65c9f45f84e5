# What is promised counts from here: the pod has been scheduled, pulled and started.
end=$(($(date +%s) + WITHIN))
while left=$((end - $(date +%s))) && [ "${left}" -gt 0 ]; do
  if [ "$(curl --silent --output /dev/null --max-time "$((left < 5 ? left : 5))" --write-out '%{http_code}' "${URL}")" = "${STATUS}" ]; then
    echo "${URL} answers ${STATUS}"
    exit 0
  fi
  echo "${URL} does not answer ${STATUS} yet"
  sleep 1
done
echo "${URL} did not answer ${STATUS} within ${WITHIN} s"
exit 1
