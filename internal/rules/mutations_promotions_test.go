package rules_test

const (
	tagged   = "tag-to-production"
	three    = "three-environments"
	promote  = ".github/workflows/promote-production.yaml"
	reviewed = "reviewed-production"
)

// Promotions: what of them builds, takes from elsewhere, or is started by what it should not.
var promotionMutations = []mutation{
	{rule: "o10", name: "a promotion that builds", spec: tagged, file: promote, job: "find-production", old: `      - name: Find what`, new: "      - name: Build\n        run: docker build .\n\n      - name: Find what"},
	{rule: "o10", name: "nothing is looked up", spec: tagged, file: promote, job: "find-production", old: `git show "\$\{found\}:\$\{AFTER\}/kustomization.yaml"`, new: `git show "HEAD:$${AFTER}/kustomization.yaml"`},
	{rule: "o10", name: "it looks at itself", spec: tagged, file: promote, job: "find-production", old: `(AFTER: .*)staging`, new: "${1}production"},
	{rule: "o10", name: "commits of another branch", spec: tagged, file: promote, job: "find-production", old: `SOURCE_BRANCH: main`, new: "SOURCE_BRANCH: next"},
	{rule: "o10", name: "no soak", spec: tagged, file: promote, job: "find-production", old: `          SECONDS_TO_SOAK: .*\n`, new: ""},
	{rule: "o10", name: "a shorter soak", spec: tagged, file: promote, job: "find-production", old: `SECONDS_TO_SOAK: \d+`, new: "SECONDS_TO_SOAK: 18"},
	{rule: "o10", name: "a gate left out", spec: tagged, file: promote, job: "find-production", old: `GATES: published.*`, new: "GATES: other|Measure|Measure it|warns"},
	{rule: "o10", name: "gates of another branch", spec: tagged, file: promote, job: "find-production", old: `(ci.yaml\n +SOURCE_BRANCH: )main`, new: "${1}next"},
	{rule: "o10", name: "gates of another commit", spec: tagged, file: promote, job: "find-production", old: `PROMOTED: .*steps.find.*`, new: "PROMOTED: $${{ github.sha }}"},
	{rule: "o10", name: "a wait in a queue", spec: tagged, file: promote, job: "find-production", old: `    outputs:`, new: "    concurrency: {group: gitops-shop-production, queue: max}\n    outputs:"},
	{rule: "o10", name: "nobody asks who has built it", spec: tagged, file: promote, job: "find-production", old: `gh attestation verify`, new: "echo gh attestation"},
	{rule: "o10", name: "attested at any ref", spec: tagged, file: promote, job: "find-production", old: `RELEASE_REFS: .*`, new: "RELEASE_REFS: refs/.*"},
	{rule: "o10", name: "one image is not asked about", spec: three, file: promote, job: "find-production", old: `(RELEASE_REFS: .*\n          IMAGES: \|-\n.*)\n.*`, new: "${1}"},
	{rule: "o10", name: "the commit of the run", spec: three, file: promote, job: "deploy-production", old: `PROMOTED: .*`, new: "PROMOTED: $${{ github.sha }}"},
	{rule: "o10", name: "nobody looks at staging again", spec: tagged, file: promote, job: "deploy-production", old: `          AFTER: .*\n`, new: ""},
	{rule: "o10", name: "a history that is cut off", spec: tagged, file: promote, job: "find-production", old: `(path: gitops\n)          fetch-depth: 0\n`, new: "${1}"},
	{rule: "o02", name: "the second region goes on", spec: three, file: promote, job: "deploy-production-eu", old: ` && needs.merged-production.outputs.deployed == 'true'`, new: ""},
	{rule: "o11", name: "a push of the branch too", spec: tagged, file: promote, old: `    tags: \[v\*\]`, new: "    tags: [v*]\n    branches: [main]"},
	{rule: "o11", name: "other tags", spec: tagged, file: promote, old: `tags: \[v\*\]`, new: "tags: ['*']"},
	{rule: "o11", name: "by hand as well", spec: tagged, file: promote, old: `^on:\n`, new: "on:\n  workflow_dispatch:\n"},
	{rule: "o11", name: "any release", spec: tagged, file: ".github/workflows/promote-demo.yaml", old: `types: \[released\]`, new: "types: [published]"},
	{rule: "o11", name: "no release at all", spec: tagged, file: ".github/workflows/promote-demo.yaml", old: `  release:\n    types: .*\n`, new: "  workflow_dispatch:\n"},
	{rule: "o11", name: "from any branch", spec: three, file: promote, job: "find-production", old: `    if: .*\n`, new: ""},
	{rule: "x04", name: "the digest of another image", spec: three, file: promote, job: "deploy-production", old: `outputs.digest-web`, new: "outputs.digest-api"},
	{rule: "x05", name: "one image is not promoted", spec: three, file: promote, job: "deploy-production", old: `\n            web=ghcr.*`, new: ""},
	{rule: "w55", name: "the deploy does not wait for the copy", spec: tagged, file: promote, job: "deploy-production", old: `, copy-production\]`, new: "]"},
	{rule: "w55", name: "another image is copied", spec: tagged, file: promote, job: "copy-production", old: `(COPIES: .*outputs.digest-shop \}\} quay.io/example/)shop`, new: "${1}store"},
	{rule: "w55", name: "a copy by tag", spec: tagged, file: promote, job: "copy-production", old: `shop@\$\{\{ needs.find-production.outputs.digest-shop`, new: "shop:$${{ needs.find-production.outputs.tag-shop"},
	{rule: "w55", name: "without its signature", spec: tagged, file: promote, job: "copy-production", old: ` --recursive`, new: ""},
	{rule: "w55", name: "nobody looks at the copy", spec: tagged, file: promote, job: "copy-production", old: `oras resolve`, new: "echo"},
	{rule: "w55", name: "layers in the queue", spec: tagged, file: promote, job: "copy-production", old: `    environment:`, new: "    concurrency: {group: gitops-shop-production, queue: max}\n    environment:"},
	{rule: "w16", name: "no right to read attestations", spec: tagged, file: promote, job: "find-production", old: `      attestations: read.*\n`, new: ""},
}

// Figures that a promotion asks Prometheus for, of another environment or version, or without a consequence.
var figureMutations = []mutation{
	{rule: "p09", name: "a criterion that nobody asks about", spec: canary, file: promote, job: "find-production", old: `CRITERION: quick`, new: "CRITERION: slow"},
	{rule: "p09", name: "the figures of production", spec: canary, file: promote, job: "find-production", old: `(REQUESTS: .*namespace=")storefront-staging`, new: "${1}storefront"},
	{rule: "p09", name: "the failures of production", spec: canary, file: promote, job: "find-production", old: `(\(sum.*namespace=")storefront-staging`, new: "${1}storefront"},
	{rule: "p09", name: "the pods of production", spec: canary, file: promote, job: "find-production", old: `(kube_pod_status_phase{namespace=")storefront-staging`, new: "${1}storefront"},
	{rule: "p09", name: "the figures of a moment", spec: canary, file: promote, job: "find-production", old: `(REQUESTS: .*)\[5m\]`, new: "${1}[1m]"},
	{rule: "p09", name: "another Prometheus", spec: canary, file: promote, job: "find-production", old: `PROMETHEUS: https://prometheus.example.org`, new: "PROMETHEUS: https://prometheus.example.com"},
	{rule: "p09", name: "another version", spec: canary, file: promote, job: "find-production", old: `PROMOTED_DIGEST: .*`, new: "PROMOTED_DIGEST: sha256"},
	{rule: "p09", name: "any number of requests", spec: canary, file: promote, job: "find-production", old: `AT_LEAST: 200`, new: "AT_LEAST: 2"},
	{rule: "p09", name: "a bound that lets more fail", spec: canary, file: promote, job: "find-production", old: `BOUND: < 0.01`, new: "BOUND: < 0.1"},
	{rule: "p09", name: "a bound that lets as many fail", spec: canary, file: promote, job: "find-production", old: `BOUND: < 0.01`, new: "BOUND: <= 0.01"},
	{rule: "p09", name: "nobody asks which version ran", spec: canary, file: promote, job: "find-production", old: `ask "\$\{PODS\}"`, new: "true"},
	{rule: "p09", name: "in some runs only", spec: canary, file: promote, job: "find-production", old: `(      - name: Ask Prometheus .*quick\)\n)`, new: "${1}        if: github.run_attempt == 1\n"},
	{rule: "p09", name: "a shell that goes on", spec: canary, file: promote, job: "find-production", old: `(      - name: Ask Prometheus .*quick\)\n)`, new: "${1}        shell: bash {0}\n"},
}
