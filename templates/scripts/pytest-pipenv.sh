pipenv run pytest "${TESTS}"
