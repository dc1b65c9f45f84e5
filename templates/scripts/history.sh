fail() {
  echo "::error title=Roll back ${ENVIRONMENT}::$1"
  exit 1
}

# The history of the live folder, as pipegen rollback reads it too. A state is the images, each with tag and digest; a
# commit that leaves them as they were is no deploy. The states are a stack: one that lies on it takes back all that was
# deployed since, and any other one is put on top.
# stack has the oldest state first and what is live last; deploys has each commit that changed the state, with the state.
# Of a state, latest is the newest commit that has it, place where it lies on the stack, from 1 on, and 0 once it was
# taken back, which taken_back did. fresh are the images that it brought when it was new, and sources the commits of the
# source that the folder has named with it. before is the state before the one that is looked at.
stack=()
deploys=()
before=""
declare -A latest=() place=() taken_back=() fresh=() sources=()

# One git lists the commits, another prints the files of all of them, each line as COMMIT:FILE:NUMBER:TEXT.
read_history() {
  local log files line commit text field state i
  local -a commits
  local -A fields
  local pair='[[:space:]{,-]["'\'']?(newName|newTag|digest)["'\'']?:[[:space:]]*["'\'']?([^][:space:]"'\'',{}]+)["'\'']?[[:space:]]*([,}]|$)'
  log=$(git log --first-parent --max-count=500 --format=%H "$1" -- "${LIVE}")
  if [[ -z ${log} ]]; then
    fail "Nothing has been deployed to ${ENVIRONMENT} yet: ${LIVE} is not there."
  fi
  mapfile -t commits <<<"${log}"
  files=$(git grep --text --line-number --no-color -e '' "${commits[@]}" -- "${LIVE}/kustomization.yaml" "${LIVE}/source-commit") || (($? == 1))
  while IFS= read -r line; do
    commit=${line%%:*}
    line=${line#*:"${LIVE}"/}
    text=" ${line#*:*:}"
    if [[ ${line} == source-commit:1:* ]]; then
      text=${text//[[:space:]]/}
      if [[ ${text} =~ ^[0-9a-f]{40}$ ]]; then
        fields[${commit}source]=${text}
      fi
    elif [[ ${line} == kustomization.yaml:* ]]; then
      text=${text%%[[:space:]]#*}
      while [[ ${text} =~ ${pair} ]]; do
        # One that is there twice has two words, and is no image.
        field=${commit}${BASH_REMATCH[1]}
        fields[${field}]+="${fields[${field}]:+ }${BASH_REMATCH[2]}"
        text=" ${text#*"${BASH_REMATCH[0]}"}"
      done
    fi
  done <<<"${files}"
  for ((i = ${#commits[@]} - 1; i >= 0; i--)); do
    commit=${commits[i]}
    read_state "${commit}"
    record "${commit}" "${state}" "${fields[${commit}source]}"
  done
}

# The state of a commit, in state. The fields of an image follow one another, so that those of the same number belong
# together.
read_state() {
  local -a names tags digests sorted=()
  local i n one never=0
  local image='^[a-z0-9][a-z0-9._:/-]*:[A-Za-z0-9_][A-Za-z0-9._-]*@sha256:[0-9a-f]{64}$'
  read -ra names <<<"${fields[$1newName]}"
  read -ra tags <<<"${fields[$1newTag]}"
  read -ra digests <<<"${fields[$1digest]}"
  state=${names[*]}
  if ((${#names[@]} != ${#tags[@]})) || ((${#names[@]} != ${#digests[@]})); then
    state=""
  fi
  for i in "${!names[@]}"; do
    one="${names[i]}:${tags[i]}@${digests[i]}"
    if [[ ! ${one} =~ ${image} || " ${sorted[*]}" == *" ${names[i]}:"*@* ]]; then
      state=""
    fi
    if [[ ${tags[i]} == not-deployed-yet ]]; then
      never=$((never + 1))
    fi
    # Sorted, since their order says nothing.
    for ((n = i; n > 0; n--)); do
      if [[ ! ${sorted[n - 1]} > ${one} ]]; then
        break
      fi
      sorted[n]=${sorted[n - 1]}
    done
    sorted[n]=${one}
  done
  if [[ -n ${state} ]] && ((never == ${#names[@]})); then
    state=seed
  elif [[ -n ${state} ]] && ((never == 0)); then
    state=${sorted[*]}
  else
    # Nobody knows whether two of these are the same, unless one follows the other.
    state="unreadable $1"
    if [[ ${stack[*]: -1} == unreadable* ]]; then
      state=${stack[-1]}
    fi
  fi
}

# What commit $1 has made live is state $2, from the commit $3 of the source.
record() {
  local at=${place[$2]:-0} state one
  latest[$2]=$1
  if [[ $2 == *@* && -n $3 && ${sources[$2]} != *"$3"* ]]; then
    sources[$2]+=" $3"
  fi
  if ((at > 0 && at == ${#stack[@]})); then
    return
  fi
  deploys+=("$1 $2")
  if ((at == 0)); then
    stack+=("$2")
    place[$2]=${#stack[@]}
    if [[ -z ${fresh[$2]} ]]; then
      for one in $2; do
        if [[ " ${before} " != *" ${one} "* ]]; then
          fresh[$2]+="${one} "
        fi
      done
    fi
  else
    for state in "${stack[@]:at}"; do
      place[${state}]=0
      taken_back[${state}]=$1
    done
    stack=("${stack[@]:0:at}")
  fi
  if [[ $2 != unreadable* ]]; then
    before=$2
  fi
}

# The state that TO names or STEPS leads to, in state, and how many steps that is, in back: 0 for one that was taken
# back, which no steps lead to. What people type is one line with no blanks around it.
choose() {
  local to steps at
  read -r to <<<"${TO//[[:cntrl:]]/ }"
  read -r steps <<<"${STEPS//[[:cntrl:]]/ }"
  if [[ -n ${to} ]]; then
    find_state "${to}"
  else
    count_back "${steps}"
  fi
  if [[ ${state} != *@* ]]; then
    fail "What ${LIVE} said in GitOps commit ${latest[${state}]} cannot be gone back to: it is no image that was deployed."
  fi
  if [[ ${state} == "${stack[-1]}" ]]; then
    fail "That is what runs in ${ENVIRONMENT} now: there is nothing to take back."
  fi
  at=${place[${state}]}
  back=$((at > 0 ? ${#stack[@]} - at : 0))
}

count_back() {
  local steps reachable=${#stack[@]}
  if [[ ${stack[0]} == seed ]]; then
    reachable=$((reachable - 1))
  fi
  if [[ ! $1 =~ ^[0-9]{1,4}$ ]]; then
    fail "'$1' is no number of deploys."
  fi
  steps=$((10#$1))
  if ((steps >= reachable)); then
    fail "The history of ${ENVIRONMENT} shows $((reachable > 0 ? reachable - 1 : 0)) earlier deploys: going ${steps} back would leave it without an image."
  fi
  state=${stack[-1 - steps]}
}

# A tag is meant exactly, and a digest or a commit by how it begins. Nothing has or begins with a dash. Of several images,
# those count that a deploy has changed: what it left alone would name all the deploys before it too.
find_state() {
  local entry i hint="" tag=- digest=- commit=-
  local -a by_tag=() fitting=()
  local -A found=()
  if [[ $1 =~ ^[A-Za-z0-9_][A-Za-z0-9._-]*$ ]]; then
    tag=$1
  fi
  if [[ ${1,,} =~ ^(sha256:)?([0-9a-f]{7,64})$ ]]; then
    digest=${BASH_REMATCH[2]}
    if [[ -z ${BASH_REMATCH[1]} ]]; then
      commit=${digest}
    fi
  elif [[ ${1,,} =~ ^(sha256:)?[0-9a-f]{1,6}$ ]]; then
    hint="; of a digest or a commit, seven digits are the least"
  fi
  for ((i = ${#deploys[@]} - 1; i >= 0; i--)); do
    entry=${deploys[i]}
    state=${entry#* }
    if [[ -n ${found[${state}]} ]]; then
      continue
    fi
    if [[ ${fresh[${state}]} == *":${tag}@"* ]]; then
      by_tag+=("${state}")
      found[${state}]=yes
    elif [[ ${fresh[${state}]} == *"@sha256:${digest}"* || ${sources[${state}]} == *" ${commit}"* || ${entry} == "${commit}"* ]]; then
      fitting+=("${state}")
      found[${state}]=yes
    fi
  done
  if ((${#by_tag[@]} > 0)); then
    fitting=("${by_tag[@]}")
  fi
  if ((${#fitting[@]} == 0)); then
    fail "No deploy to ${ENVIRONMENT} has the tag, the digest or the commit '$1'${hint}."
  fi
  if ((${#fitting[@]} > 1)); then
    for state in "${fitting[@]}"; do
      hint+="%0A${state}${sources[${state}]}"
    done
    fail "'$1' names several deploys; give more of one of these:${hint}"
  fi
  state=${fitting[0]}
}
