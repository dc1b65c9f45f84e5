uv run --no-sync pytest "${TESTS}"
