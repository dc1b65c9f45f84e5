pipenv verify
pipenv sync --dev
