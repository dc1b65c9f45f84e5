message=$(jq --null-input --arg text "${text}" --arg run "${run}" --arg failed "${failed}" '{
  text: $text, repository: env.GITHUB_REPOSITORY, workflow: env.GITHUB_WORKFLOW, commit: env.GITHUB_SHA,
  ref: env.GITHUB_REF, actor: env.GITHUB_ACTOR, run: $run, failed: ($failed | split(", "))
}')
