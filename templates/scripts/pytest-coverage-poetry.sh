poetry run python -m pytest "${TESTS}" --cov="${PACKAGE}" --cov-branch --cov-report=xml --cov-report=
poetry run coverage report --format=markdown >>"${GITHUB_STEP_SUMMARY}" || true # not before coverage 7
# Two decimals: without them 79.5 would be rounded up and pass a gate of 80.
poetry run coverage report --show-missing --precision=2 --fail-under="${COVERAGE_MIN}"
