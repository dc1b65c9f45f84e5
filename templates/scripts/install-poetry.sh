pipx install "poetry==${POETRY_VERSION}"
