case "${VERSION_FILE}" in
*.json) version=$(jq --raw-output '.version // ""' "${VERSION_FILE}") ;;
*.toml)
  # project of Python, tool.poetry of Poetry, package of Cargo, and workspace.package of a workspace of Cargo's.
  version=$(python3 -c '
import sys, tomllib
with open(sys.argv[1], "rb") as file:
    top = tomllib.load(file)
for way in ("project", "tool.poetry", "package", "workspace.package", ""):
    table = top
    for name in filter(None, way.split(".")):
        table = table.get(name, {})
    if isinstance(table.get("version"), str):
        print(table["version"])
        break
' "${VERSION_FILE}")
  ;;
*) version=$(tr --delete '[:space:]' <"${VERSION_FILE}") ;;
esac
if [[ ! ${version} =~ ^[0-9]+\.[0-9]+\.[0-9]+([.-]?[A-Za-z][0-9A-Za-z.-]*|-[0-9A-Za-z.-]+)?$ ]]; then
  fail "${VERSION_FILE} says '${version}', which is no version such as 1.2.3."
fi
