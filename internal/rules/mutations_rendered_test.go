package rules_test

// renders is the workflow that renders what Argo CD reads.
const renders = ".github/workflows/invoices-render.yaml"

var renderedMutations = []mutation{
	{rule: "x38", name: "an Application that reads the manifests", spec: "rendered", file: "applications/invoices-staging.yaml", old: `refs/heads/environments/staging`, new: "refs/heads/main"},
	{rule: "x38", name: "an Application that reads another environment", spec: "rendered", file: "applications/invoices-production.yaml", old: `refs/heads/environments/production`, new: "refs/heads/environments/staging"},
	{rule: "x38", name: "an Application that reads another folder", spec: "rendered", file: "applications/invoices-production.yaml", old: `path: .*$`, new: "path: invoices/overlays/staging"},
	{rule: "x38", name: "a job that pushes elsewhere", spec: "rendered", file: renders, job: "render-production", old: `RENDERED: .*`, new: "RENDERED: environments/staging"},
	{rule: "x38", name: "a job that renders another overlay", spec: "rendered", file: renders, job: "render-production", old: `OVERLAY: .*`, new: "OVERLAY: invoices/overlays/staging"},
	{rule: "x38", name: "an environment that is not rendered", spec: "rendered", file: renders, job: "render-production", old: `ENVIRONMENT: production`, new: "ENVIRONMENT: staging"},
	{rule: "x38", name: "another workflow to look at", spec: "rendered", file: renders, job: "render-production", old: `WORKFLOW: .*`, new: "WORKFLOW: .github/workflows/other.yaml"},
	{rule: "x38", name: "a branch that nobody deploys to", spec: "rendered", file: renders, job: "render-staging", old: `BRANCH: main`, new: "BRANCH: trunk"},
	{rule: "x38", name: "another way to render", spec: "rendered", file: renders, old: `kustomize build "\$\{OVERLAY\}" >`, new: `kustomize build "$${OVERLAY}/live" >`},
	{rule: "x38", name: "nothing rendered", spec: "rendered", file: renders, old: `! kustomize build "\$\{OVERLAY\}" >`, new: `! echo >`},
	{rule: "x38", name: "nothing pushed", spec: "rendered", file: renders, old: `git push --quiet origin .*; then`, new: "true; then"},
	{rule: "x38", name: "a push to the manifests", spec: "rendered", file: renders, old: `:refs/heads/\$\{RENDERED\}"; then`, new: `:refs/heads/$${BRANCH}"; then`},
	{rule: "x38", name: "started by another branch", spec: "rendered", file: renders, old: `  push:\n    branches: \[main\]`, new: "  push:\n    branches: [trunk]"},
	{rule: "x38", name: "not started by the base", spec: "rendered", file: renders, old: `      - invoices/\*\*`, new: "      - invoices/overlays/**"},
	{rule: "x38", name: "not started by a change of itself", spec: "rendered", file: renders, old: `      - .github/workflows/invoices-render.yaml\n`, new: ""},
	{rule: "x38", name: "left out at times", spec: "rendered", file: renders, job: "render-production", old: `(if: .*)`, new: "${1} && github.actor != 'invoices-bot[bot]'"},
	{rule: "o12", name: "two at once", spec: "rendered", file: renders, job: "render-staging", old: `    concurrency:\n.*\n.*\n.*\n`, new: ""},
	{rule: "o12", name: "a group for two branches", spec: "rendered", file: renders, job: "render-production", old: `group: render-invoices-production`, new: "group: render-invoices-staging"},
	{rule: "o12", name: "dropped while it waits", spec: "rendered", file: renders, job: "render-staging", old: `      queue: max\n`, new: ""},
	{rule: "o12", name: "stopped by a newer one", spec: "rendered", file: renders, job: "render-staging", old: `cancel-in-progress: false`, new: "cancel-in-progress: true"},
	{rule: "o12", name: "the commit that started it", spec: "rendered", file: renders, old: `git fetch --quiet origin "refs/heads/\$\{BRANCH\}"; then`, new: "true; then"},
	{rule: "o12", name: "no look at what is there", spec: "rendered", file: renders, old: `git merge-base --is-ancestor .*; then`, new: "false; then"},
	{rule: "o12", name: "a push that replaces", spec: "rendered", file: renders, old: `git push --quiet origin`, new: "git push --force --quiet origin"},
	{rule: "o12", name: "a push that replaces by its ref", spec: "rendered", file: renders, old: `"\$\{commit\}:refs/heads/`, new: `"+$${commit}:refs/heads/`},
	{rule: "w59", name: "a pull request that writes", spec: "rendered", file: renders, job: "difference", old: `contents: read`, new: "contents: write"},
	{rule: "w59", name: "a pull request that comments", spec: "rendered", file: renders, job: "difference", old: `(      contents: read.*\n)`, new: "${1}      pull-requests: write\n"},
	{rule: "w59", name: "another right", spec: "rendered", file: renders, job: "render-staging", old: `(      contents: write.*\n)`, new: "${1}      packages: write\n"},
	{rule: "w59", name: "a secret", spec: "rendered", file: renders, job: "render-staging", old: `GH_TOKEN: .*`, new: "GH_TOKEN: $${{ secrets.GITOPS_TOKEN }}"},
	{rule: "w59", name: "an environment", spec: "rendered", file: renders, job: "difference", old: `(    runs-on: .*\n)`, new: "${1}    environment: production\n"},
	{rule: "w59", name: "started by a stranger", spec: "rendered", file: renders, old: `  pull_request:\n`, new: "  pull_request_target:\n"},
	{rule: "x07", name: "rendered for a pull request", spec: "rendered", file: renders, job: "render-staging", old: `    if: .*\n`, new: ""},
}
