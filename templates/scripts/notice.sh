if [[ -z "${WEBHOOK}" ]]; then
  echo "::error title=Secret missing::The secret ${SECRET} is not set, so nobody is told that this run failed. Store the address of an incoming webhook as ${SECRET} at ${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/settings/environments, in the environment notices."
  exit 1
fi
run="${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}"
# The gate has failed with each of the others.
failed=$(jq --raw-output '[to_entries[] | select(.value.result | IN("failure", "cancelled")) | .key]
  | if length > 1 then map(select(. != "gate")) else . end | join(", ")' <<<"${RESULTS}")
text="${GITHUB_WORKFLOW} in ${GITHUB_REPOSITORY}: ${failed} failed for ${GITHUB_SHA::7} (${GITHUB_REF_NAME})."
