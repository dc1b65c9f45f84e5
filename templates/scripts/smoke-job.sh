until [ "$(curl --silent --output /dev/null --max-time 5 --write-out '%{http_code}' "${URL}")" = "${STATUS}" ]; do
  echo "${URL} does not answer ${STATUS} yet"
  sleep 1
done
echo "${URL} answers ${STATUS}"
