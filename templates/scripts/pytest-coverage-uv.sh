uv run --no-sync python -m pytest "${TESTS}" --cov="${PACKAGE}" --cov-branch --cov-report=xml --cov-report=
uv run --no-sync coverage report --format=markdown >>"${GITHUB_STEP_SUMMARY}" || true # not before coverage 7
# Two decimals: without them 79.5 would be rounded up and pass a gate of 80.
uv run --no-sync coverage report --show-missing --precision=2 --fail-under="${COVERAGE_MIN}"
