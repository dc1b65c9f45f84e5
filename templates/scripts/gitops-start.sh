# Git asks gh, and gh hands out GH_TOKEN: no credential is written to disk.
gh auth setup-git
cd gitops
