if [[ "$(yarn --version)" == 1.* ]]; then
  yarn install --frozen-lockfile
else
  yarn install --immutable
fi
