"${tests[@]}"
