# The yarn of the runner is a classic one. corepack brings the release that package.json names.
if grep -q '"packageManager"' package.json; then
  corepack enable yarn
fi
