poetry run python -m pytest "${TESTS}"
