while read -r folder size; do
  arguments+=(--tmpfs "${folder}:rw,exec,mode=2777,gid=${RUN_AS#*:},size=${size}")
done < <(printf '%s' "${SIZED_FOLDERS}")
