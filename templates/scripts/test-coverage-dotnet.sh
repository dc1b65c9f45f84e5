reports=${RUNNER_TEMP}/reports
dotnet test --no-restore --configuration Release --collect "XPlat Code Coverage" --results-directory "${reports}"
# Each project of tests leaves a report of its own, in a folder with a name of its own.
mapfile -t found < <(find "${reports}" -name coverage.cobertura.xml)
if ((${#found[@]} > 1)); then
  printf '::error title=Coverage::%s\n' "${#found[@]} projects of tests leave a report each: merge them in a command of your own, and name the result"
  exit 1
fi
if ((${#found[@]} == 1)); then
  cp "${found[0]}" coverage.cobertura.xml
fi
