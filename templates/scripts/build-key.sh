# The agent keeps the key in its memory: no file has it, and it ends with the job.
socket="${RUNNER_TEMP}/build-key.sock"
ssh-agent -a "${socket}" >/dev/null
SSH_AUTH_SOCK="${socket}" ssh-add -q - <<<"${BUILD_KEY//$'\r'/}"
