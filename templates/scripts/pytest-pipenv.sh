pipenv run python -m pytest "${TESTS}"
