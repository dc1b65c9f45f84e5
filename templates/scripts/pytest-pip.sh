python -m pytest "${TESTS}"
