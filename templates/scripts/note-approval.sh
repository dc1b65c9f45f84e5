# Who approved it, GitHub shows beside the deployment.
echo "Approved for ${ENVIRONMENT}: ${APPROVED}" >>"${GITHUB_STEP_SUMMARY}"
