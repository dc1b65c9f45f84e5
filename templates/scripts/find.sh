if ! git -C ../source merge-base --is-ancestor "${commit}" "refs/remotes/origin/${SOURCE_BRANCH}"; then
  fail "${what} is not part of ${SOURCE_BRANCH}, so ${FOUND_IN} never runs it. Only what ran there is promoted: bring the change to ${SOURCE_BRANCH} first."
fi

# Whether commit $1 is the one that is wanted, or comes after it.
contains() {
  [[ -n $1 ]] && git -C ../source merge-base --is-ancestor "${commit}" "$1"
}

# Looks for the commit of the GitOps repository with which the environment before ran the one that is wanted, the newest
# one, and for what ran there since that does not contain it: then it was taken back.
look() {
  local hash
  found="" instead=""
  for hash in "${past[@]}"; do
    if [[ ${sources[${hash}]:-} == "${commit}" ]]; then
      found=${hash}
      return
    fi
    if ! contains "${sources[${hash}]:-}"; then
      instead=${sources[${hash}]:-no commit}
    fi
  done
}

images_in() {
  git rev-parse "$1:${AFTER}/kustomization.yaml"
}

# How long the images of then ran, in ran, and when others took their place, in until; "" where they still run.
measure_run() {
  local same hash seen="" from
  same=$(images_in "${found}")
  from=${times[${found}]} until=""
  for hash in "${past[@]}"; do
    if [[ ${hash} == "${found}" ]]; then
      seen=yes
    elif [[ $(images_in "${hash}") == "${same}" ]]; then
      from=${times[${hash}]}
    elif [[ -n ${seen} ]]; then
      break
    else
      until=${times[${hash}]}
    fi
  done
  if ((times[${found}] < from)); then
    from=${times[${found}]}
  fi
  ran=$((${until:-$(date +%s)} - from))
}

for ((waited = 0; ; waited += 10)); do
  read_past
  look
  newest=${sources[${past[0]}]:-}
  if [[ -n ${found} && -n ${instead} ]]; then
    fail "${FOUND_IN} ran ${what}, and it was taken back: ${instead} ran there since, which does not contain it."
  elif [[ -z ${found} ]] && contains "${newest}"; then
    fail "${FOUND_IN} never ran ${what}: it runs ${newest} already, which contains it. Promote that one."
  elif [[ -z ${found} ]]; then
    lacks="${FOUND_IN} has not run ${what}: the run that builds it has failed, or takes longer than that"
  elif [[ -z ${SECONDS_TO_SOAK:-} ]]; then
    break
  else
    measure_run
    left=$((SECONDS_TO_SOAK - ran))
    if ((left <= 0)); then
      break
    elif [[ -n ${until} ]]; then
      fail "${FOUND_IN} ran the images of ${what} for ${ran} s, and ${SECONDS_TO_SOAK} s are required: others took their place at $(date --utc --date="@${until}" +%FT%TZ). Promote what it runs now."
    elif ((waited + left > SECONDS_TO_WAIT)); then
      fail "${FOUND_IN} has run the images of ${what} for ${ran} s, and ${SECONDS_TO_SOAK} s are required. Run this job again after $(date --utc --date="@$(($(date +%s) + left))" +%FT%TZ)."
    fi
    lacks="${FOUND_IN} has run the images of ${what} for ${ran} s, and ${SECONDS_TO_SOAK} s are required"
  fi
  if ((waited >= SECONDS_TO_WAIT)); then
    fail "After ${waited} s, ${lacks}. Run this job again once it has."
  fi
  if ((waited == 0)); then
    echo "Waiting: ${lacks}"
  fi
  sleep 10
done

# kustomize says which images the live folder of then gives, whoever has written it.
then=${RUNNER_TEMP}/then
rm -rf "${then}"
mkdir -p "${then}/live"
git show "${found}:${AFTER}/kustomization.yaml" >"${then}/live/kustomization.yaml"
printf 'resources: [pod.yaml]\ncomponents: [live]\n' >"${then}/kustomization.yaml"
printf 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: then\nspec:\n  containers:\n' >"${then}/pod.yaml"
for image in ${IMAGES}; do
  printf '  - name: %s\n    image: %s\n' "${image%%=*}" "${image%%=*}" >>"${then}/pod.yaml"
done
rendered=$(kustomize build "${then}" | sed --quiet 's/^[- ]*image: //p')
mapfile -t references <<<"${rendered}"
n=0
for image in ${IMAGES}; do
  reference=${references[n++]:-}
  name=${image%%=*} tag=${reference#"${image#*=}:"}
  digest=${tag#*@} tag=${tag%%@*}
  if [[ ${reference} != "${image#*=}:${tag}@${digest}" || ! ${tag} =~ ^[A-Za-z0-9_][A-Za-z0-9._-]*$ || ! ${digest} =~ ^sha256:[0-9a-f]{64}$ || ${tag} == not-deployed-yet ]]; then
    fail "${FOUND_IN} ran ${what} without an image ${name} of ${image#*=}: GitOps commit ${found} gives '${reference}'."
  fi
  {
    echo "tag-${name}=${tag}"
    echo "digest-${name}=${digest}"
  } >>"${GITHUB_OUTPUT}"
  echo "Found for ${ENVIRONMENT}: \`${reference}\`" >>"${GITHUB_STEP_SUMMARY}"
done
echo "commit=${commit}" >>"${GITHUB_OUTPUT}"
{
  echo
  echo "${FOUND_IN} ran them as ${what}, with GitOps commit \`${found}\`."
} >>"${GITHUB_STEP_SUMMARY}"
