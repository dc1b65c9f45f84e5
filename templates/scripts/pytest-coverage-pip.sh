# Two decimals: without them 79.5 would be rounded up and pass a gate of 80.
python -m pytest "${TESTS}" --cov="${PACKAGE}" --cov-branch --cov-precision=2 \
  --cov-report=term-missing --cov-report=xml --cov-fail-under="${COVERAGE_MIN}"
python -m coverage report --format=markdown >>"${GITHUB_STEP_SUMMARY}"
