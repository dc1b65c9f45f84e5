poetry check --lock
poetry sync --no-interaction
