# The test script decides who measures: the runner of the tests itself, or else c8 around it.
script=$(node --print 'require("./package.json").scripts?.test ?? ""')
case "${script}" in
*vitest*) arguments=(--coverage.enabled --coverage.reporter=lcov) ;;
*jest*) arguments=(--coverage --coverageReporters=lcov) ;;
*)
  if [[ ! -x node_modules/.bin/c8 ]]; then
    printf '::error title=Coverage::%s\n' "the test script calls neither vitest nor jest: add c8 to the devDependencies, which measures any other"
    exit 1
  fi
  node_modules/.bin/c8 --reporter=lcov --reporter=text-summary "${PACKAGE_MANAGER}" run test
  exit
  ;;
esac
# npm alone keeps flags to itself without the dashes, and yarn and pnpm pass the dashes on.
if [[ "${PACKAGE_MANAGER}" == npm ]]; then
  arguments=(-- "${arguments[@]}")
fi
"${PACKAGE_MANAGER}" run test "${arguments[@]}"
