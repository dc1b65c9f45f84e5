# A person merges it, and no machine. Until then nothing is deployed.
echo "It waits for a person to review and merge it. Until then ${ENVIRONMENT} runs what it ran before." >>"${GITHUB_STEP_SUMMARY}"
echo "::notice title=Proposed for ${ENVIRONMENT}::${page} waits for a review. Nothing is deployed until a person merges it."
