# Two decimals: without them 79.5 would be rounded up and pass a gate of 80.
pipenv run pytest "${TESTS}" --cov="${PACKAGE}" --cov-branch --cov-precision=2 \
  --cov-report=term-missing --cov-report=xml --cov-fail-under="${COVERAGE_MIN}"
pipenv run coverage report --format=markdown >>"${GITHUB_STEP_SUMMARY}"
