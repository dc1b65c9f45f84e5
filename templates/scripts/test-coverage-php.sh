"${runner}" --coverage-cobertura coverage.xml
