# An agent has the key in its memory until this step ends: no credential is written to disk. Whoever answers must have
# the key of GitHub that https://api.github.com/meta names: nobody else gets a commit, or gives one.
printf 'github.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl\n' >"${RUNNER_TEMP}/known_hosts"
export GIT_SSH_COMMAND="ssh -F none -o BatchMode=yes -o StrictHostKeyChecking=yes -o GlobalKnownHostsFile=none -o UserKnownHostsFile=${RUNNER_TEMP}/known_hosts"
eval "$(ssh-agent -s)" >/dev/null
trap 'ssh-agent -k >/dev/null' EXIT
if ! ssh-add -q - <<<"${DEPLOY_KEY//$'\r'/}"; then
  echo "::error title=Deploy key::The deploy key cannot be read; the log above has the words of ssh-add. Store a private key as it is in its file, and without a passphrase."
  exit 1
fi
cd gitops
