# A field of the images of the live folder, a line each.
live_field() {
  sed --quiet "s/^[- ] $1: //p" "${LIVE}/kustomization.yaml" | tr --delete "\"'"
}

# What Argo CD renders: the overlay, and the chart with the images of the live folder. The values file is written from
# the kustomization beside it, so that both always say the same.
render_overlay() {
  local -a called full tags digests files=()
  local i text=${CHART_IMAGES:-}
  # Where its output is caught, bash goes on after a failure.
  kustomize build "${OVERLAY}" || return
  mapfile -t called < <(live_field name)
  mapfile -t full < <(live_field newName)
  mapfile -t tags < <(live_field newTag)
  mapfile -t digests < <(live_field digest)
  # Until its first deploy, an image that was taken over may lack the one or the other.
  if [[ -z ${text} || "${#full[@]} ${#tags[@]} ${#digests[@]}" != "${#called[@]} ${#called[@]} ${#called[@]}" ]]; then
    return
  fi
  for i in "${!called[@]}"; do
    text=${text//"{${called[i]}.name}"/"${full[i]}"}
    text=${text//"{${called[i]}.host}"/"${full[i]%%/*}"}
    text=${text//"{${called[i]}.rest}"/"${full[i]#*/}"}
    text=${text//"{${called[i]}.tag}"/"${tags[i]}"}
    text=${text//"{${called[i]}.digest}"/"${digests[i]}"}
    if [[ -z ${CHART:-} ]]; then
      # A published chart is rendered where it can be fetched: by Argo CD.
      echo "image: ${full[i]}:${tags[i]}@${digests[i]}"
    fi
  done
  printf '%s\n' "${text}" >"${LIVE}/values.yaml"
  git add -- "${LIVE}/values.yaml"
  if [[ -z ${CHART:-} ]]; then
    return
  fi
  for i in ${CHART_VALUES:-} "${LIVE}/values.yaml"; do
    files+=(--values "${i}")
  done
  if helm dependency list "${CHART}" 2>/dev/null | grep --word-regexp missing >/dev/null; then
    helm dependency build "${CHART}" >&2
  fi
  helm template "${CHART_RELEASE}" "${CHART}" --namespace "${CHART_NAMESPACE}" --include-crds --skip-tests "${files[@]}" |
    sed "s/^\([- ]*image: \)[\"']\(.*\)[\"']\$/\1\2/"
}
