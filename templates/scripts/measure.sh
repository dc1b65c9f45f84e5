if [[ -z ${took} ]]; then
  echo "::warning title=Promise ${CRITERION}::could not be measured: GitHub did not say when"
  exit 0
fi
result="promised within ${PROMISED} s, measured ${took} s"
echo "${CRITERION}: ${result}" | tee -a "${GITHUB_STEP_SUMMARY}"
if ((took > PROMISED)); then
  echo "::warning title=Promise ${CRITERION}::${result}"
fi
