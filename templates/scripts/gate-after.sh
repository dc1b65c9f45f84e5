# A deploy that stands back says so; those that come after it are left out then, and only then.
stood_back=$(jq 'any(.[]; .outputs.deployed == "false")' <<<"${RESULTS}")
failed=0
for job in ${REQUIRED}; do
  result=$(jq --raw-output --arg job "${job}" '.[$job].result // "missing"' <<<"${RESULTS}")
  echo "${job}: ${result}"
  if [[ ${result} == skipped && ${stood_back} == true && " ${AFTER_DEPLOYS:-} " == *" ${job} "* ]]; then
    continue
  fi
  if [[ "${result}" != success ]]; then
    failed=1
  fi
done
exit "${failed}"
