# What an earlier commit built of the same files is this commit's image too, though it names that one.
digest_of() {
  docker buildx imagetools inspect --format '{{.Manifest.Digest}}' "${IMAGE}:$1" || true
}
if [[ -n "${named}" ]]; then
  same=$(digest_of "content-${CONTENT}")
  if [[ -n "${same}" && "$(digest_of "${tag}")" == "${same}" ]]; then
    named=${GITHUB_SHA}
  fi
fi
