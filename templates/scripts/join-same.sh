# What an earlier commit built of the same files is this commit's image too, though it names that one.
if [[ -n "${named}" && $(jq --raw-output '.annotations["io.github.pipegen.content"]' <<<"${manifest}") == "${IMAGE}:content-${CONTENT}" ]]; then
  named=${GITHUB_SHA}
fi
