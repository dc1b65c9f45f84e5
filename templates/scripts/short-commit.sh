echo "sha7=${GITHUB_SHA::7}" >>"${GITHUB_OUTPUT}"
