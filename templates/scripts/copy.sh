fail() {
  echo "::error title=Copy for ${ENVIRONMENT}::$1"
  exit 1
}

# Each line has an image by its digest, and where it goes. What refers to it goes along: signatures and attestations.
while read -r from to; do
  digest=${from#*@} copy="${to%:*}@${from#*@}"
  if [[ ! ${digest} =~ ^sha256:[0-9a-f]{64}$ ]]; then
    fail "'${from}' is no image by its digest."
  fi
  for attempt in 1 2 3; do
    if oras cp --recursive "${from}" "${to}" </dev/null; then
      break
    fi
    if ((attempt == 3)); then
      fail "${from} could not be copied to ${to} in three tries; the log above has the words of the registries. Run the job again."
    fi
    sleep "$((5 * attempt))"
  done
  copied=$(oras resolve "${copy}" || true)
  if [[ ${copied} != "${digest}" ]]; then
    fail "${copy} is not there after the copy: the registry says '${copied}'."
  fi
  echo "Copied: \`${copy}\`" >>"${GITHUB_STEP_SUMMARY}"
done <<<"${COPIES}"
