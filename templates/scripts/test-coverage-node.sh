# The test script decides who measures: the runner of the tests itself, or else c8 around it.
script=$(node --print 'require("./package.json").scripts?.test ?? ""')
case "${script}" in
*vitest*) arguments=(--coverage.enabled --coverage.reporter=lcov) ;;
*jest*) arguments=(--coverage --coverageReporters=lcov) ;;
*)
  c8=(node_modules/.bin/c8)
  if [[ "${PACKAGE_MANAGER}" == yarn && ! -e node_modules ]]; then
    # Yarn may keep packages in archives, where it alone finds them.
    c8=(yarn run c8)
  fi
  if ! "${c8[@]}" --version; then
    printf '::error title=Coverage::%s\n' "the test script calls neither vitest nor jest: add c8 to the devDependencies, which measures any other"
    exit 1
  fi
  "${c8[@]}" --reporter=lcov --reporter=text-summary "${PACKAGE_MANAGER}" run test
  # What yarn itself has run is none of the project.
  sed -i '/^SF:\.\(pnp\.\|yarn\/\)/,/^end_of_record$/d' coverage/lcov.info
  exit
  ;;
esac
# npm alone keeps flags to itself without the dashes, and yarn and pnpm pass the dashes on.
if [[ "${PACKAGE_MANAGER}" == npm ]]; then
  arguments=(-- "${arguments[@]}")
fi
"${PACKAGE_MANAGER}" run test "${arguments[@]}"
