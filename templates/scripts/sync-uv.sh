uv sync --locked
