uv run --no-sync python -m pytest "${TESTS}"
