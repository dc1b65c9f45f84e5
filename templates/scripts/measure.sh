if took=$(measure) && [[ ${took} =~ ^[0-9]+$ ]]; then
  echo "${CRITERION}: promised within ${PROMISED} s, measured ${took} s" | tee -a "${GITHUB_STEP_SUMMARY}"
  if ((took > PROMISED)); then
    echo "::warning title=Promise ${CRITERION}::promised within ${PROMISED} s, measured ${took} s"
  fi
else
  echo "::warning title=Promise ${CRITERION}::could not be measured: GitHub did not say when"
fi
