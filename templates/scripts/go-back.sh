git config user.name "${AUTHOR_NAME}"
git config user.email "${AUTHOR_EMAIL}"

fetch() {
  if ! git fetch --quiet origin "refs/heads/${BRANCH}"; then
    fail "The branch ${BRANCH} of the GitOps repository cannot be read; the log above has git's own words."
  fi
  git reset --quiet --hard FETCH_HEAD
}

fetch
read_history HEAD
choose

# What becomes of each image: in full for the message, with the tags for people, and the tags of some for the title.
live=""
if [[ ${stack[-1]} == *@* ]]; then
  live=${stack[-1]}
fi
images="" unchanged="" taken="" changes=""
tags=()
# The last part of a name is enough, unless another image ends in the same.
shorten() {
  short=${1##*/}
  if [[ ${state/"/${short}:"/} == *"/${short}:"* ]]; then
    short=$1
  fi
}
declare -A was=()
for image in ${live}; do
  was[${image%:*@*}]=${image%@*}
  if [[ " ${state} " != *" ${image} "* ]]; then
    taken+="Taken back: ${image}"$'\n'
  fi
done
for image in ${state}; do
  name=${image%:*@*}
  tag=${image%@*}
  tag=${tag##*:}
  shorten "${name}"
  if [[ " ${live} " == *" ${image} "* ]]; then
    unchanged+="Unchanged: ${image}"$'\n'
    changes+=", ${short} unchanged"
    continue
  fi
  images+="Image: ${image}"$'\n'
  old=${was[${name}]##*:}
  changes+=", ${short} ${old:+\`${old}\` → }\`${tag}\`"
  if [[ ${state} == *" "* ]]; then
    tag="${short} ${tag}"
  fi
  tags+=("${tag}")
done
changes=${changes#, }
to=${tags[0]:-${tag}}
if ((${#tags[@]} == 2)); then
  to+=", ${tags[1]}"
elif ((${#tags[@]} > 2)); then
  to+=" and $((${#tags[@]} - 1)) more"
fi
title="roll back ${APPLICATION} in ${ENVIRONMENT} by ${back}: ${to}"
notes="The source still holds what was taken back. Its runs stand back from now on, and those that are started again too; a newer commit brings it again, unless it is reverted there."
if ((back == 0)); then
  title="roll back ${APPLICATION} in ${ENVIRONMENT} to ${to}"
  warning="${to} was taken back before, in GitOps commit ${taken_back[${state}]}: this deploys it again."
  echo "::warning title=Roll back ${ENVIRONMENT}::${warning}"
  notes="${warning}"$'\n\n'"${notes}"
fi
text="${images}${unchanged}"$'\n'"${taken}Run: ${RUN_URL}"

# The images that the overlay runs.
rendered() {
  kustomize build "${OVERLAY}" | sed --quiet 's/^[- ]*image: //p'
}

# The folder of then, whatever was edited since, and all else as the branch has it now.
go_back() {
  local ran runs image shown=""
  ran=$(rendered) || ran=""
  git restore --source="${latest[${state}]}" --staged --worktree -- "${LIVE}"
  # What Argo CD will render, before it does.
  runs=$(rendered)
  for image in ${runs}; do
    if [[ " ${state} " == *" ${image} "* ]]; then
      shown=yes
    elif [[ -n ${ran} && $'\n'${ran}$'\n' != *$'\n'"${image}"$'\n'* ]]; then
      fail "${OVERLAY} would run ${image}, for which the live folder of then has no image."
    fi
  done
  if [[ -z ${shown} ]]; then
    fail "${OVERLAY} does not render ${state} with the live folder of then."
  fi
  # !fill clusters
  git commit --quiet --message "${title}" --message "${text}"
  commit=$(git rev-parse HEAD)
  # !fill sign
}
