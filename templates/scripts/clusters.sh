# A cluster that differs has an overlay over that of the environment, which must run the images of then as well.
check_clusters() {
  local overlay runs image shown
  for overlay in ${CLUSTERS:-}; do
    if ! runs=$(kustomize build "${overlay}" | sed --quiet 's/^[- ]*image: //p'); then
      fail "${overlay} does not render with the live folder of then; the log above has kustomize's own words."
    fi
    shown=""
    for image in ${runs}; do
      if [[ " ${state} " == *" ${image} "* ]]; then
        shown=yes
      fi
    done
    if [[ -z ${shown} ]]; then
      fail "${overlay} does not render ${state} with the live folder of then."
    fi
  done
}
