exec "${PACKAGE_MANAGER}" run test
