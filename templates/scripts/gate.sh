failed=0
for job in ${REQUIRED}; do
  result=$(jq --raw-output --arg job "${job}" '.[$job].result // "missing"' <<<"${RESULTS}")
  echo "${job}: ${result}"
  if [[ "${result}" != success ]]; then
    failed=1
  fi
done
exit "${failed}"
