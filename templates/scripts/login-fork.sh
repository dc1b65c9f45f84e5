# GitHub gives the pull requests of forks no secrets.
echo "::warning title=Fork::There is no login to ${REGISTRY} here, so what not everybody may pull from there is missing."
