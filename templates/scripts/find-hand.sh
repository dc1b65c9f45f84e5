# What a person types is one line, with no blanks around it: a tag, the beginning of a commit, or nothing for what runs in
# the environment before.
read -r typed <<<"${WANTED//[[:cntrl:]]/ }"
if [[ -z ${typed} ]]; then
  read_past
  commit=${sources[${past[0]}]:-}
  if [[ -z ${commit} ]]; then
    fail "${AFTER}/source-commit names no commit, so nobody can say what ${FOUND_IN} runs."
  fi
elif git -C ../source show-ref --verify --quiet "refs/tags/${typed}"; then
  commit=$(git -C ../source rev-parse --verify "refs/tags/${typed}^{commit}")
elif [[ ! ${typed,,} =~ ^[0-9a-f]{7,40}$ ]] || ! commit=$(git -C ../source rev-parse --verify --quiet "${typed,,}^{commit}"); then
  fail "'${typed}' is no tag of this repository, and no commit of it begins with that; of a commit, seven digits are the least."
fi
what=${commit}${typed:+ (${typed})}
