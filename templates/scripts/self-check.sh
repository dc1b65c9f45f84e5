pipegen check --file "${SPEC}" --format github
