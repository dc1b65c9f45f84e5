installed=$(kustomize version 2>/dev/null || true)
if [[ ${installed} == "v${KUSTOMIZE_VERSION}" ]]; then
  echo "kustomize v${KUSTOMIZE_VERSION} is installed"
  exit 0
fi
archive="kustomize_v${KUSTOMIZE_VERSION}_linux_amd64.tar.gz"
cd "${RUNNER_TEMP}"
curl --fail --silent --show-error --location --retry 3 --output "${archive}" \
  "https://github.com/kubernetes-sigs/kustomize/releases/download/kustomize%2Fv${KUSTOMIZE_VERSION}/${archive}"
echo "${KUSTOMIZE_SHA256}  ${archive}" | sha256sum --check
mkdir -p bin
tar --extract --gzip --file "${archive}" --directory bin kustomize
echo "${RUNNER_TEMP}/bin" >>"${GITHUB_PATH}"
