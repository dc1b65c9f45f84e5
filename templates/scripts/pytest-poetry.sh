poetry run pytest "${TESTS}"
