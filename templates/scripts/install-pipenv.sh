pipx install "pipenv==${PIPENV_VERSION}"
