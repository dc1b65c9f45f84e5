package change_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/change"
	"github.com/pipegen/pipegen/internal/pins"
)

const (
	agent    = "fastapi-agent"
	promises = "every-promise"
	extended = "extended"
	reloader = "reloader"
	orders   = "two-environments"
	parcels  = "application-set"
	invoices = "pull-requests"
	payroll  = "reviewed-production"
	shop     = "tag-to-production"
)

// guests are the previews of their spec.
const guests = `previews: {
	most: 5
	token: {name: "github-previews", key: "token"}
	host: "{number}.guestbook.example.org"
	quota: {cpu: "2", memory: "2Gi"}
	workloads: web: {
		replicas: 1
		env: DATABASE_URL: "postgres://postgres@database/postgres"
	}
}
`

// found are the pairs that leave the clusters by labels out of hub-and-spoke.
var found = []string{"\tbranches: {\n\t\tlabels: {tier: \"branch\"}\n\t\tnames:   \"branch-*\"\n\t\tatLeast: 2\n\t\tplatforms: [\"linux/amd64\"]\n\t}\n", "",
	"\tbranches: {\n\t\tnamespace: \"rates-branch\"\n\t\tcluster:   \"branches\"\n\t\tafter:     \"production\"\n\t\treplicas:  1\n\t}\n", ""}

// america are the pairs that leave a cluster with an Argo CD out of argocd-per-cluster.
var america = []string{"\tus: {\n\t\t// It reads the repository with a deploy key, and shares its namespace with nothing else.\n\t\targocd: {\n\t\t\taddress:    \"https://argocd.us.example.org\"\n\t\t\tnamespace:  \"delivery\"\n\t\t\trepository: \"git@github.com:example/deployments.git\"\n\t\t}\n\t\tplatforms: [\"linux/arm64\"]\n\t}\n", "",
	"\t\t\tus: {replicas: 1, env: REGION: \"us\"}\n", ""}

// edit is a change of an example that a rule must find, and one close to it in which
// the rule must not.
type edit struct {
	code, spec string
	// with is what the old spec has in place of the example's text.
	with []string
	// to is the change, and near the one that means something else.
	to, near []string
}

var edits = []edit{
	{code: "environment-removed", spec: orders, to: []string{"staging: {\n\t\tnamespace: \"orders-staging\"", "stage: {\n\t\tnamespace: \"orders-staging\"", `after:     "staging"`, `after: "stage"`}, near: []string{`"orders-staging"`, `"orders-stage"`}},
	{code: "pipeline-renamed", spec: agent, to: []string{`name:   "fastapi-agent"`, `name: "agent"`}, near: []string{`application: "fastapi-agent"`, `application: "agent"`}},
	{code: "namespace-changed", spec: agent, to: []string{`namespace:   "agents"`, `namespace: "robots"`}, near: []string{`application: "fastapi-agent"`, `application: "agent"`}},
	{code: "application-renamed", spec: agent, to: []string{`application: "fastapi-agent"`, `application: "agent"`}, near: []string{`namespace:   "agents"`, `namespace: "robots"`}},
	{code: "environment-left", spec: parcels, to: []string{"\tdev: {\n\t\tnamespace: \"parcels-dev\"", "\ttrial: {\n\t\tnamespace: \"parcels-trial\"", `after:     "dev"`, `after: "trial"`}, near: []string{`"parcels-dev"`, `"parcels-trial"`}},
	{code: "environment-left", spec: parcels, to: []string{"applicationSet: true", "applicationSet: false", "\tdev: {\n\t\tnamespace: \"parcels-dev\"", "\ttrial: {\n\t\tnamespace: \"parcels-trial\"", `after:     "dev"`, `after: "trial"`}, near: []string{"applicationSet: true", "applicationSet: false"}},
	{code: "environment-removed", spec: parcels, with: []string{"applicationSet: true", "applicationSet: false"}, to: []string{"applicationSet: false", "applicationSet: true", "\tdev: {\n\t\tnamespace: \"parcels-dev\"", "\ttrial: {\n\t\tnamespace: \"parcels-trial\"", `after:     "dev"`, `after: "trial"`}, near: []string{"applicationSet: false", "applicationSet: true"}},
	{code: "application-doubled", spec: parcels, to: []string{`application: "parcels"`, `application: "parcel-service"`}, near: []string{`"parcels-staging"`, `"parcels-stage"`}},
	{code: "application-renamed", spec: parcels, with: []string{"applicationSet: true", "applicationSet: false"}, to: []string{`application: "parcels"`, `application: "parcel-service"`}, near: []string{"applicationSet: false", "applicationSet: true"}},
	{code: "applications-adopted", spec: parcels, with: []string{"applicationSet: true", "applicationSet: false"}, to: []string{"applicationSet: false", "applicationSet: true"}, near: []string{"replicas: 3", "replicas: 4"}},
	{code: "applications-released", spec: parcels, to: []string{"applicationSet: true", "applicationSet: false"}, near: []string{"replicas: 3", "replicas: 4"}},
	{code: "self-heal-off", spec: parcels, to: []string{"applicationSet: true", "applicationSet: true, sync: selfHeal: false"}, near: []string{"applicationSet: true", "applicationSet: false"}},
	{code: "automated-sync-on", spec: parcels, with: []string{"applicationSet: true", "applicationSet: true, sync: automated: false", `synced: within: "3m"`, `manual: {by: "x", how: "y"}`, `rollback: within: "10m"`, `tests: "pass"`}, to: []string{"automated: false", "automated: true"}, near: []string{"automated: false", "{automated: false, createNamespace: false}"}},
	{code: "set-reads-git", spec: parcels, to: []string{"applicationSet: true", `applicationSet: "files"`}, near: []string{"replicas: 3", "replicas: 4"}},
	{code: "root-added", spec: parcels, to: []string{"applicationSet: true", "applicationSet: true, appOfApps: true"}, near: []string{"replicas: 3", "replicas: 4"}},
	{code: "root-added", spec: "argocd-per-cluster", with: america, to: []string{"clusters: {\n\teu:", "clusters: {\n" + america[0] + "\teu:", "\t\t\teu: {}\n", "\t\t\teu: {}\n" + america[2]}, near: []string{"eu: {}", "eu: {replicas: 3}"}},
	{code: "root-left", spec: "argocd-per-cluster", to: america, near: []string{"replicas: 1", "replicas: 2"}},
	{code: "root-left", spec: "three-environments", to: []string{"appOfApps: true", "appOfApps: false"}, near: []string{`"booking-staging"`, `"booking-stage"`}},
	{code: "project-renamed", spec: agent, to: []string{`webhook: true`, `webhook: true, project: "robots"`}, near: []string{`webhook: true`, `webhook: true, project: "fastapi-agent"`}},
	{code: "project-renamed", spec: "three-environments", to: []string{`project: "booking-production"`, `project: "booking-live"`}, near: []string{`"booking-staging"`, `"booking-stage"`}},
	{code: "previews-left", spec: "previews", with: []string{"only: [\"preview\"]", "only: [\"production\", \"preview\"]"}, to: []string{guests, "", `["production", "preview"]`, `["production"]`}, near: []string{"most: 5", "most: 6"}},
	{code: "previews-added", spec: "previews", with: []string{guests, "", `["preview"]`, `["production"]`}, to: []string{"gitops: repository", "previews: {}\ngitops: repository"}, near: []string{`port:     5432`, `port: 5433`}},
	{code: "previews-more", spec: "previews", to: []string{"most: 5", "most: 6"}, near: []string{"most: 5", "most: 4"}},
	{code: "cluster-changed", spec: "hub-and-spoke", to: []string{`name: "eu-prod"`, `name: "eu-new"`}, near: []string{`["linux/arm64"]`, `["linux/arm64", "linux/amd64"]`}},
	{code: "cluster-changed", spec: "hub-and-spoke", to: []string{"\teu: {\n", "\tus: {\n", "\t\t\teu: {\n", "\t\t\tus: {\n", `"eu-prod"`, `"us-prod"`, `clusters: {hub: {}, eu: {}}`, `clusters: {hub: {}, us: {}}`}, near: []string{`clusters: {hub: {}, eu: {}}`, `clusters: {eu: {}, hub: {}}`}},
	{code: "cluster-labels-changed", spec: "hub-and-spoke", to: []string{`tier: "branch"`, `tier: "office"`}, near: []string{`names:   "branch-*"`, `names: "branch-eu-*"`}},
	{code: "cluster-names-changed", spec: "hub-and-spoke", to: []string{`names:   "branch-*"`, `names: "branch-eu-*"`}, near: []string{`names:   "branch-*"`, `names: "b*"`}},
	{code: "cluster-names-changed", spec: "hub-and-spoke", with: []string{`names:   "branch-*"`, `names: "eu/*"`}, to: []string{`"eu/*"`, `"us/*"`}, near: []string{`names: "eu/*"`, ``}},
	{code: "project-widened", spec: "hub-and-spoke", to: []string{`names:   "branch-*"`, `names: "b*"`}, near: []string{`names:   "branch-*"`, `names: "branch-eu-*"`}},
	{code: "environment-left", spec: "hub-and-spoke", to: found, near: []string{"atLeast: 2", "atLeast: 3"}},
	{code: "clusters-fewer", spec: "hub-and-spoke", to: []string{"atLeast: 2", "atLeast: 1"}, near: []string{"atLeast: 2", "atLeast: 3"}},
	{code: "cluster-changed", spec: "hub-and-spoke", to: []string{`cluster:   "branches"`, `clusters: eu: {}`, found[0], ""}, near: []string{"atLeast: 2", "atLeast: 3"}},
	{code: "application-renamed", spec: "hub-and-spoke", to: []string{`clusters: {hub: {}, eu: {}}`, `clusters: {hub: {}, eu: application: "rates-europe"}`}, near: []string{`clusters: {hub: {}, eu: {}}`, `clusters: {hub: {}, eu: application: "rates-production-eu"}`}},
	{code: "overlay-moved", spec: "hub-and-spoke", to: []string{`clusters: {hub: {}, eu: {}}`, `clusters: {hub: {}, eu: replicas: 4}`}, near: []string{"replicas: 1", "replicas: 2"}},
	{code: "single-replica", spec: "hub-and-spoke", with: []string{`clusters: {hub: {}, eu: {}}`, `clusters: {hub: {}, eu: {replicas: 4, env: A: "1"}}`}, to: []string{"replicas: 4", "replicas: 1"}, near: []string{`clusters: {hub: {}, eu: {replicas: 4, env: A: "1"}}`, `clusters: {hub: {env: A: "1"}, eu: replicas: 4}`}},
	{code: "cluster-changed", spec: agent, to: []string{`webhook: true`, `webhook: true, server: "https://other.example.org"`}, near: []string{`webhook: true`, `webhook: true, server: "https://kubernetes.default.svc"`}},
	{code: "argocd-moved", spec: agent, to: []string{`webhook: true`, `webhook: true, namespace: "cd"`}, near: []string{`webhook: true`, `webhook: true, namespace: "argocd"`}},
	{code: "argocd-moved", spec: "argocd-per-cluster", to: []string{`"delivery"`, `"argo"`}, near: []string{"git@github.com:", "https://github.com/"}},
	{code: "argocd-moved", spec: "hub-and-spoke", with: found, to: []string{`name: "in-cluster"`, `argocd: address: "https://hub.example.org"`, `name: "eu-prod"`, `argocd: address: "https://eu.example.org"`}, near: []string{`name: "eu-prod"`, `name: "eu-new"`}},
	{code: "argocd-moved", spec: "hub-and-spoke", with: append(slices.Clone(found), `name: "in-cluster"`, `argocd: address: "https://hub.example.org"`, `name: "eu-prod"`, `argocd: address: "https://eu.example.org"`),
		to: []string{`argocd: address: "https://hub.example.org"`, `name: "in-cluster"`, `argocd: address: "https://eu.example.org"`, `name: "eu-prod"`}, near: []string{"https://eu.example.org", "https://argo.example.org"}},
	{code: "platform-dropped", spec: "every-promise", to: []string{`["linux/amd64", "linux/arm64"]`, `["linux/arm64"]`}, near: []string{`["linux/amd64", "linux/arm64"]`, `["linux/arm64", "linux/amd64"]`}},
	{code: "platform-dropped", spec: "every-promise", to: []string{"image: platforms: [\"linux/amd64\", \"linux/arm64\"]\n", ""}, near: []string{`replicas:         3`, `replicas: 4`}},
	{code: "secret-kept", spec: "secrets", to: []string{`"payments-token"`, `"card-token"`}, near: []string{`refresh: "15m"`, `refresh: "20m"`}},
	{code: "secret-kept", spec: "secrets", to: []string{`clusterStore: "vault-production", refresh`, `clusterStore: "vault", refresh`}, near: []string{"version: \"2\"", "version: \"3\""}},
	{code: "rendering-moved", spec: "rendered", to: []string{`rendered: {}`, ""}, near: []string{`rendered: {}`, `rendered: branch: "environments/{environment}"`}},
	{code: "gitops-moved", spec: agent, to: []string{`"org/gitops-repo"`, `"org/other-repo"`}, near: []string{`"org/gitops-repo"`, `"org/Gitops-repo"`}},
	{code: "gitops-moved", spec: agent, to: []string{`"org/gitops-repo"`, `"org/gitops-repo", path: "apps"`}, near: []string{`"org/gitops-repo"`, `"org/gitops-repo", path: "."`}},
	{code: "immutable-changed", spec: agent, to: []string{"", `patches: [{file: "fastapi-agent/base/deployment.yaml", reason: "Another name.", ops: [
		{op: "replace", path: "/spec/selector/matchLabels/app.kubernetes.io~1instance", value: "x"}, {op: "replace", path: "/spec/template/metadata/labels/app.kubernetes.io~1instance", value: "x"}]}]`},
		near: []string{"", `patches: [{file: "fastapi-agent/base/deployment.yaml", reason: "Slower.", ops: [{op: "replace", path: "/spec/minReadySeconds", value: 6}]}]`}},
	{code: "object-removed", spec: agent, to: []string{"", `patches: [{file: "fastapi-agent/base/kustomization.yaml", reason: "No Service.", ops: [{op: "remove", path: "/resources/2"}]}]`},
		near: []string{"", `patches: [{file: "fastapi-agent/base/kustomization.yaml", reason: "No policy.", ops: [{op: "remove", path: "/resources/4"}]}]`}},
	{code: "immutable-changed", spec: "secrets", to: []string{"", `patches: [{file: "till/base/migrate/job.yaml", reason: "It is tried.", ops: [{op: "remove", path: "/metadata/annotations/argocd.argoproj.io~1sync-options"}, {op: "add", path: "/spec/template/spec/terminationGracePeriodSeconds", value: 7}]}]`}, near: []string{`["till", "migrate"]`, `["till", "move"]`}},
	{code: "claim-shrunk", spec: "wiki", to: []string{`"50Gi"`, `"40Gi"`}, near: []string{`"50Gi"`, `"60Gi"`}},
	{code: "claim-left", spec: "wiki", to: []string{`volumes: index: {path: "/meili_data", claim: size: "10Gi"}`, ``}, near: []string{`claim: size: "10Gi"`, `claim: size: "20Gi"`}},
	{code: "claim-template-changed", spec: "rails-postgres", to: []string{`"8Gi"`, `"16Gi"`}, near: []string{`whenDeleted: "delete"`, `whenDeleted: "keep"`}},
	{code: "claims-dropped", spec: "rails-postgres", with: []string{`whenDeleted: "delete"`, `whenDeleted: "keep"`}, to: []string{`whenDeleted: "keep"`, `whenDeleted: "delete"`}, near: []string{`"8Gi"`, `"16Gi"`}},
	{code: "claims-dropped", spec: "rails-postgres", with: []string{`[4369, 25672]`, `[4369, 25672], stateful: whenScaled: "delete"`}, to: []string{`replicas: 3`, `replicas: 2`}, near: []string{`replicas: 3`, `replicas: 4`}},
	{code: "single-replica", spec: agent, to: []string{`replicas:    2`, `replicas: 1`}, near: []string{`replicas:    2`, `replicas: 3`}},
	{code: "disruption-budget-removed", spec: agent, to: []string{"", `patches: [{file: "fastapi-agent/base/kustomization.yaml", reason: "No budget.", ops: [{op: "remove", path: "/resources/3"}]}]`},
		near: []string{"", `patches: [{file: "fastapi-agent/base/kustomization.yaml", reason: "No Service.", ops: [{op: "remove", path: "/resources/2"}]}]`}},
	{code: "network-policy-removed", spec: agent, to: []string{"", `patches: [{file: "fastapi-agent/base/kustomization.yaml", reason: "No policy.", ops: [{op: "remove", path: "/resources/4"}]}]`},
		near: []string{"answers: {\n\t\tstatement: \"The agent endpoint returns HTTP 200 within 30 seconds of deployment.\"\n\t\tendpoint: within: \"30s\"\n\t}\n", ""}},

	{code: "criterion-removed", spec: agent, to: []string{"answers: {\n\t\tstatement: \"The agent endpoint returns HTTP 200 within 30 seconds of deployment.\"\n\t\tendpoint: within: \"30s\"\n\t}\n", ""}, near: []string{"answers: {", "responds: {"}},
	{code: "criterion-removed", spec: agent, to: []string{`coverage: atLeast: 80`, `tests: "pass"`}, near: []string{`"Tests pass with at least 80% coverage before the image is built."`, `"Tests come first."`}},
	{code: "criterion-narrowed", spec: "monorepo", to: []string{`of: ["api", "web"]`, `of: ["api"]`}, near: []string{`of: ["web"]`, `of: ["api", "web"]`}},
	{code: "criterion-narrowed", spec: "monorepo", to: []string{`statement: "The front page answers after each deploy."`, `statement: "The front page answers after each deploy.", in: ["production"]`},
		near: []string{`"The front page answers after each deploy."`, `"The front page answers."`}},
	{code: "criterion-narrowed", spec: "monorepo", to: []string{front, answers("staging", "45s") + answers("production", "9m")},
		near: []string{front, answers("staging", "45s") + answers("production", "45s")}},
	{code: "moving-tag-dropped", spec: "go-release", to: []string{`["latest", "{major}.{minor}"]`, `["{major}.{minor}"]`}, near: []string{`["latest", "{major}.{minor}"]`, `["{major}.{minor}", "latest"]`}},
	{code: "moving-tag-added", spec: "go-release", to: []string{`["latest", "{major}.{minor}"]`, `["latest", "{major}.{minor}", "{major}"]`}, near: []string{`["latest", "{major}.{minor}"]`, `["{major}.{minor}", "latest"]`}},
	{code: "coverage-lowered", spec: agent, to: []string{`atLeast: 80`, `atLeast: 60`}, near: []string{`atLeast: 80`, `atLeast: 81`}},
	{code: "promise-loosened", spec: agent, to: []string{`rollback: within: "5m"`, `rollback: within: "10m"`}, near: []string{`published: within: "10m"`, `published: within: "9m"`}},
	{code: "promise-loosened", spec: agent, to: []string{`published: within: "10m"`, `published: within: "20m"`}, near: []string{`rollback: within: "5m"`, `rollback: {within: "5m", by: "gitops-revert"}`}},
	{code: "scan-loosened", spec: promises, to: []string{`refuse: "high"`, `refuse: "critical"`}, near: []string{`"No image with a known, mendable vulnerability of high severity is published."`, `"Only critical ones."`}},
	{code: "analysis-loosened", spec: "blue-green", to: []string{`below: 2, over: "5m"`, `below: 3, over: "5m"`, "2 % of the requests", "some of the requests"}, near: []string{`below: 2, over: "5m"`, `below: 1, over: "5m"`, "2 % of the requests", "some of the requests"}},
	{code: "analysis-loosened", spec: "blue-green", to: []string{`below: 2, over: "5m"`, `below: 2, over: "4m"`}, near: []string{`over: "5m"`, `over: "5m", perMinute: 9000`}},
	{code: "analysis-loosened", spec: "canary", to: []string{`alert: "warning"`, ``, `perMinute: 1200, }`, `perMinute: 1200}`}, near: []string{`alert: "warning"`, `alert: "critical"`}},
	{code: "promise-loosened", spec: "canary", to: []string{`atLeast: 99.9,`, `atLeast: 99.8,`, "99.9 %", "Most"}, near: []string{`atLeast: 99.9,`, `atLeast: 99.95,`, "99.9 %", "Most"}},
	{code: "analysis-loosened", spec: "canary", to: []string{`quantile: 95`, `quantile: 90`}, near: []string{`quantile: 95`, `quantile: 96`}},
	{code: "analysis-loosened", spec: "canary", to: []string{`below: 1, perMinute`, `below: 1, requests: 150, perMinute`}, near: []string{`below: 1, perMinute`, `below: 1, requests: 220, perMinute`}},
	{code: "replicas-promise-lowered", spec: promises, to: []string{`replicas: atLeast: 3`, `replicas: atLeast: 2`}, near: []string{`replicas: atLeast: 3`, `replicas: {atLeast: 3}`}},
	{code: "endpoint-loosened", spec: promises, to: []string{`path: "/live", within: "45s"`, `path: "/ready", within: "45s"`}, near: []string{`path: "/live", within: "45s"`, `path: "/live", within: "46s"`}},
	{code: "logs-narrowed", spec: agent, to: []string{`["github", "argocd"]`, `["github"]`}, near: []string{`["github", "argocd"]`, `["argocd", "github"]`}},
	{code: "guard-removed", spec: promises, to: []string{`guard:     "ingress"`, ``}, near: []string{`"no-ingress": {`, `"no-way-in": {`}},
	{code: "non-goal-removed", spec: promises, to: []string{"\"no-windows\": {\n\t\tstatement: \"Images for Windows.\"\n\t\treason:    \"Nobody runs it there.\"\n\t}", ""}, near: []string{`"no-ingress": {`, `"no-way-in": {`}},
	{code: "proposal-off", spec: invoices, to: []string{`"pull-request"`, `"push"`}, near: []string{"replicas: 2", "replicas: 3"}},
	{code: "proposal-off", spec: payroll, to: []string{`"review"`, `"push"`}, near: []string{"replicas: 2", "replicas: 3"}},
	{code: "review-off", spec: payroll, to: []string{`"review"`, `"pull-request"`}, near: []string{"replicas: 2", "replicas: 3"}},
	{code: "review-off", spec: invoices, with: []string{`"pull-request"`, `"review"`, "after:     \"staging\"", "on: hand: true, after: \"staging\""}, to: []string{`"review"`, `"pull-request"`}, near: []string{"replicas: 2", "replicas: 3"}},
	{code: "proposal-on", spec: payroll, with: []string{`"review"`, `"push"`}, to: []string{`"push"`, `"pull-request"`}, near: []string{"replicas: 2", "replicas: 3"}},
	{code: "proposal-on", spec: invoices, with: []string{`"pull-request"`, `"push"`}, to: []string{`"push"`, `"pull-request"`}, near: []string{"replicas: 2", "replicas: 3"}},
	{code: "approval-off", spec: agent, with: []string{`namespace:   "agents"`, `namespace: "agents", approval: true`}, to: []string{`approval: true`, `approval: false`}, near: []string{`approval: true`, `approval: true, url: "https://a.example.org"`}},
	{code: "lower-releases-on", spec: "go-release", to: []string{`production: namespace: "ledger"`, `production: {namespace: "ledger", lowerReleases: true}`}, near: []string{`lowerReleases: true`, `lowerReleases: false`}},
	{code: "login-by-key", spec: "ecr", to: []string{`aws: role: "arn:aws:iam::123456789012:role/push-images"`, `aws: {keyID: "ID", key: "KEY"}`}, near: []string{`role/push-images`, `role/push-others`}},
	{code: "attestation-off", spec: agent, to: []string{`tag:  "main-{sha7}"`, `tag: "main-{sha7}", attest: false`}, near: []string{`tag:  "main-{sha7}"`, `tag: "main-{sha7}", attest: true`}},
	{code: "smoke-test-off", spec: agent, to: []string{`tag:  "main-{sha7}"`, `tag: "main-{sha7}", smokeTest: false`}, near: []string{`tag:  "main-{sha7}"`, `tag: "main-{sha7}", smokeTest: true`}},
	{code: "self-check-off", spec: promises, to: []string{`selfCheck: true`, `selfCheck: false`}, near: []string{`selfCheck: true`, `{selfCheck: true, bot: "none"}`}},
	{code: "self-heal-off", spec: agent, to: []string{`selfHeal:        true`, `selfHeal: false`}, near: []string{`prune:           true`, `prune: false`}},
	{code: "automated-sync-on", spec: "minimal", with: []string{"", `argocd: sync: automated: false`}, to: []string{`automated: false`, `automated: true`}, near: []string{`automated: false`, `{automated: false, createNamespace: false}`}},
	{code: "sync-window-removed", spec: promises, to: []string{"syncWindows: [{\n\t\tkind:       \"deny\"\n\t\tschedule:   \"0 18 * * 5\"\n\t\tduration:   \"60h\"\n\t\tmanualSync: true\n\t}]", ""}, near: []string{`syncWindows: [{`, `syncWindows: [{kind: "deny", schedule: "0 0 1 1 *", duration: "1h", manualSync: true}, {`}},
	{code: "pins-loosened", spec: agent, to: []string{"", `pipegen: pins: "tag"`}, near: []string{"", `pipegen: bot: "none"`}},
	{code: "unmanaged-added", spec: agent, to: []string{"", `pipegen: unmanaged: "PIPELINE.md": "It is written by hand."`}, near: []string{"", `pipegen: bot: "none"`}},
	{code: "accept-added", spec: promises, to: []string{"", `accept: [{criterion: "scanned", because: "We scan in the registry."}]`}, near: []string{"", `pipegen: bot: "none"`}},
	{code: "replicas-released", spec: promises, to: []string{`replicas:         3`, `scale: {min: 3, max: 4, cpu: 70}`}, near: []string{`replicas:         3`, `replicas: 4`}},
	{code: "replicas-lowered", spec: promises, with: []string{`replicas: atLeast: 3`, `replicas: atLeast: 2`}, to: []string{`replicas:         3`, `replicas: 2`}, near: []string{`replicas:         3`, `replicas: 4`}},
	{code: "probe-loosened", spec: promises, to: []string{`within: "40s"`, `within: "80s"`, `within: "45s"`, `within: "85s"`}, near: []string{`path: "/live", within: "45s"`, `path: "/ready", within: "45s"`}},
	{code: "availability-loosened", spec: agent, to: []string{"", `patches: [{file: "fastapi-agent/base/deployment.yaml", reason: "Faster.", ops: [{op: "replace", path: "/spec/strategy/rollingUpdate/maxUnavailable", value: 1}]}]`},
		near: []string{"", `patches: [{file: "fastapi-agent/base/deployment.yaml", reason: "Faster.", ops: [{op: "replace", path: "/spec/strategy/rollingUpdate/maxSurge", value: 2}]}]`}},
	{code: "need-dropped", spec: extended, to: []string{`neededBy: ["build", "publish"]`, `neededBy: ["build"]`}, near: []string{`neededBy: ["build", "publish"]`, `neededBy: ["publish", "build"]`}},
	{code: "failure-ignored", spec: agent, to: []string{"", `patches: [{file: ".github/workflows/ci.yaml", reason: "Flaky.", ops: [{op: "add", path: "/jobs/test/continue-on-error", value: true}]}]`},
		near: []string{"", `patches: [{file: ".github/workflows/ci.yaml", reason: "Flaky.", ops: [{op: "add", path: "/jobs/test/continue-on-error", value: false}]}]`}},
	{code: "test-step-removed", spec: extended, to: []string{`{name: "Set up Go", uses: "actions/setup-go", with: "go-version": "1.26"},`, ``}, near: []string{`name: "Run the tests"`, `name: "Test"`}},
	{code: "extra-job-optional", spec: extended, to: []string{`neededBy: ["publish"]
			timeout: "3m"`, `timeout: "3m", required: false`}, near: []string{`timeout: "3m"`, `timeout: "4m"`}},
	{code: "release-changed", spec: agent, to: []string{`branch:     "main"`, `branch: "release"`}, near: []string{`"org/repo"`, `"org/app"`}},
	{code: "patch-on-gate", spec: agent, to: []string{"", `patches: [{file: ".github/workflows/ci.yaml", reason: "Slow.", ops: [{op: "replace", path: "/jobs/test/timeout-minutes", value: 3}]}]`},
		near: []string{"", `patches: [{file: ".github/workflows/ci.yaml", reason: "Slow.", ops: [{op: "replace", path: "/name", value: "x"}]}]`}},

	{code: "permission-added", spec: extended, to: []string{`permissions: checks: "write"`, `permissions: {checks: "write", "pull-requests": "write"}`}, near: []string{`permissions: checks: "write"`, `permissions: {checks: "write", "pull-requests": "read"}`}},
	{code: "right-to-read", spec: extended, to: []string{`report: {format: "go", path: "cover.out"}`, `report: {format: "go", path: "cover.out"}, permissions: packages: "read"`}, near: []string{`permissions: checks: "write"`, `permissions: {checks: "write", "pull-requests": "read"}`}},
	{code: "secret-in-pull-requests", spec: extended, to: []string{`report: {format: "go", path: "cover.out"}`, `report: {format: "go", path: "cover.out"}, secrets: KEY: "SANDBOX_KEY"`}, near: []string{`report: {format: "go", path: "cover.out"}`, `report: {format: "go", path: "cover.out"}, secrets: KEY: "GITHUB_TOKEN"`}},
	{code: "secret-read", spec: extended, to: []string{`secrets: CHAT_TOKEN: "CHAT_TOKEN"`, `secrets: CHAT_TOKEN: "OTHER_TOKEN"`}, near: []string{`vars: CHAT_URL: "CHAT_URL"`, `vars: CHAT_URL: "OTHER_URL"`}},
	{code: "variable-read", spec: extended, to: []string{`vars: CHAT_URL: "CHAT_URL"`, `vars: CHAT_URL: "OTHER_URL"`}, near: []string{`secrets: CHAT_TOKEN: "CHAT_TOKEN"`, `secrets: CHAT_TOKEN: "OTHER_TOKEN"`}},
	{code: "start-changed", spec: shop, to: []string{`on: tag: "v*"`, `on: hand: true`}, near: []string{`namespace: "shop"`, `namespace: "store"`}},
	{code: "start-changed", spec: shop, to: []string{`on: tag: "v*"`, `on: tag: "*"`}, near: []string{`on: branch: "main"`, `url: "https://staging.example.org"`}},
	{code: "start-changed", spec: shop, to: []string{`on: release: "released"`, `on: release: "published"`}, near: []string{`soak: "30m"`, `soak: "20m"`}},
	{code: "start-changed", spec: orders, to: []string{`after:     "staging"`, `after: "staging", on: hand: true`}, near: []string{`after:     "staging"`, `on: after: "staging"`}},
	{code: "soak-lowered", spec: shop, to: []string{`soak: "30m"`, `soak: "29m"`}, near: []string{`soak: "30m"`, `soak: "31m"`}},
	{code: "gate-dropped", spec: shop, to: []string{`gates: ["published"]`, ``}, near: []string{`soak: "30m"`, `soak: "31m"`}},
	{code: "gate-dropped", spec: "canary", to: []string{`gates: ["failing", "quick"]`, `gates: ["failing"]`}, near: []string{`soak: "30m"`, `soak: "31m"`}},
	{code: "notification-dropped", spec: "notifications", to: []string{`slack: ["billing-deploys", "releases"]`, `slack: ["releases"]`}, near: []string{`slack: ["billing-deploys", "releases"]`, `slack: ["billing-deploys", "releases", "board"]`}},
	{code: "notification-dropped", spec: "notifications", to: []string{"workflow: notify: secret: \"SLACK_WEBHOOK_URL\"", ``}, near: []string{`"SLACK_WEBHOOK_URL"`, `"CHAT_WEBHOOK_URL"`}},
	{code: "notification-dropped", spec: "notifications", to: []string{`"on-health-degraded", `, ``}, near: []string{`"on-health-degraded", `, `"on-health-degraded", "on-created", `}},
	{code: "action-added", spec: extended, to: []string{`release-drafter/release-drafter@`, `somebody/release-drafter@`}, near: []string{`release-drafter@34d80673`, `release-drafter@44d80673`}},
	{code: "cluster-secret-read", spec: extended, to: []string{`key: "url"`, `key: "address"`}, near: []string{`DATABASE_URL: {name`, `DATABASE_ADDRESS: {name`}},
	{code: "address-removed", spec: "shop-on-eks", to: []string{`["webshop.example.org", "www.webshop.example.org"]`, `["webshop.example.org"]`}, near: []string{`["webshop.example.org", "www.webshop.example.org"]`, `["webshop.example.org", "www.webshop.example.org", "shop.example.org"]`}},
	{code: "address-removed", spec: "ingress", to: []string{`"bookings.staging.example.org"`, `"book.staging.example.org"`}, near: []string{`"websecure"`, `"web"`}},
	{code: "address-added", spec: "shop-on-eks", to: []string{`paths: ["/api"]`, `paths: ["/api", "/graphql"]`}, near: []string{`max: 12`, `max: 13`}},
	{code: "namespace-laxer", spec: "intranet", to: []string{`"CHOWN", "SETGID"`, `"CHOWN", "NET_ADMIN", "SETGID"`}, near: []string{`"CHOWN", "SETGID"`, `"CHOWN", "FOWNER", "SETGID"`}},
	{code: "egress-widened", spec: extended, to: []string{`egress: [443, 5432]`, `egress: [443, 5432, 25]`}, near: []string{`egress: [443, 5432]`, `egress: [443]`}},
	{code: "extra-job-added", spec: agent, to: []string{"", `workflow: extraJobs: lint: {needs: ["test"], steps: [{name: "Lint", run: "make lint"}]}`}, near: []string{"", `workflow: jobs: test: after: [{name: "Lint", run: "make lint"}]`}},
	{code: "extra-step-added", spec: agent, to: []string{"", `workflow: jobs: test: after: [{name: "Lint", run: "make lint"}]`}, near: []string{"", `workflow: extraJobs: lint: {needs: ["test"], steps: [{name: "Lint", run: "make lint"}]}`}},
	{code: "patch-runs", spec: agent, to: []string{"", `patches: [{file: ".github/workflows/ci.yaml", reason: "One more.", ops: [{op: "add", path: "/jobs/test/steps/-", value: {name: "More", run: "make more"}}]}]`},
		near: []string{"", `patches: [{file: ".github/workflows/ci.yaml", reason: "Another name.", ops: [{op: "replace", path: "/jobs/test/name", value: "Try"}]}]`}},
	{code: "signers-off", spec: "signed-deploys", to: []string{`signers: ["B5690EEEBB952194", "7C8D2A91E04F6B35"]`, ""}, near: []string{`"B5690EEEBB952194", "7C8D2A91E04F6B35"`, `"B5690EEEBB952194"`}},
	{code: "signer-added", spec: "signed-deploys", to: []string{`"7C8D2A91E04F6B35"`, `"7C8D2A91E04F6B35", "0123456789ABCDEF"`}, near: []string{`"B5690EEEBB952194", "7C8D2A91E04F6B35"`, `"B5690EEEBB952194"`}},
	{code: "signature-off", spec: "signed-deploys", with: []string{"deploysSigned: true", `manual: {by: "x", how: "y"}`, `signers: ["B5690EEEBB952194", "7C8D2A91E04F6B35"]`, ""}, to: []string{"\tsigned:     true\n", ""}, near: []string{`"DEPLOYER_CLIENT_ID"`, `"OTHER_CLIENT_ID"`}},
	{code: "container-changed", spec: agent, to: []string{"", `test: container: image: "ghcr.io/example/toolchain:4@sha256:742f40ea20b9ff2ff31db5458d127452988a2164df9e17441e191f3b72252193"`}, near: []string{"", `test: env: A: "1"`}},
	{code: "runner-changed", spec: agent, to: []string{"", `patches: [{file: ".github/workflows/ci.yaml", reason: "A card.", ops: [{op: "replace", path: "/jobs/test/runs-on", value: "self-hosted"}]}]`},
		near: []string{"", `patches: [{file: ".github/workflows/ci.yaml", reason: "A card.", ops: [{op: "replace", path: "/jobs/test/runs-on", value: "ubuntu-24.04"}]}]`}},
	{code: "credential-changed", spec: agent, to: []string{`credential: token:`, `credential: deployKey:`}, near: []string{`"GITOPS_REPO_TOKEN"`, `"OTHER_TOKEN"`}},
	{code: "credential-changed", spec: agent, to: []string{`credential: token: "GITOPS_REPO_TOKEN"`, `credential: app: {clientID: "ID", privateKey: "KEY"}`}, near: []string{`credential: token: "GITOPS_REPO_TOKEN"`, `credential: token: "OTHER_TOKEN"`}},
	{code: "login-changed", spec: "ecr", to: []string{`role/push-images`, `role/push-others`}, near: []string{`name:     "shop"`, `name: "store"`}},
	{code: "login-changed", spec: shop, to: []string{`QUAY_TOKEN`, `OTHER_TOKEN`}, near: []string{`replicas: 1`, `replicas: 2`}},
	{code: "copy-moved", spec: shop, to: []string{`"example/shop"` + "}", `"example/store"` + "}"}, near: []string{`replicas: 1`, `replicas: 2`}},
	{code: "copy-moved", spec: shop, to: []string{`		image: {registry: "quay.io", name: "example/shop"}`, ``, `registries: "quay.io": login: {user: "QUAY_USER", password: "QUAY_TOKEN"}`, ``}, near: []string{`replicas: 1`, `replicas: 2`}},
	{code: "login-changed", spec: "docker-hub", to: []string{`DOCKERHUB_TOKEN`, `OTHER_TOKEN`}, near: []string{`private:    true`, `private: true, tag: "main-{sha7}"`}},
	{code: "reader-added", spec: "ecr", to: []string{"registries: ", "registries: \"ghcr.io\": reader: token: true\nregistries: "}, near: []string{`role/push-images`, `role/push-others`}},
	{code: "image-moved", spec: agent, to: []string{`"org/repo/fastapi-agent"`, `"org/repo/agent"`}, near: []string{`main-{sha7}`, `main-{sha}`}},
	{code: "image-public", spec: agent, with: []string{`tag:  "main-{sha7}"`, `tag: "main-{sha7}", private: true, pullSecret: "pull", attest: false`}, to: []string{`private: true, pullSecret: "pull", `, ``}, near: []string{`pullSecret: "pull"`, `pullSecret: "other"`}},
	{code: "cluster-right-added", spec: reloader, to: []string{`verbs: ["get", "update"]`, `verbs: ["get", "update", "delete"]`}, near: []string{`verbs: ["create", "patch"], resources: ["events"]`, `verbs: ["create"], resources: ["events"]`}},
	{code: "account-changed", spec: agent, to: []string{`servicePort: 80`, `servicePort: 80, serviceAccount: annotations: "eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:role/agent"`}, near: []string{`servicePort: 80`, `servicePort: 80, labels: team: "agents"`}},
	{code: "security-context-changed", spec: agent, to: []string{`servicePort: 80`, `servicePort: 80, runAs: user: 10002`}, near: []string{`servicePort: 80`, `servicePort: 80, runAs: user: 10001`}},
	{code: "operators-added", spec: "notifications", to: []string{`webhook: true`, `webhook: true, operators: ["example:on-call"]`, `namespace: "invoices"`, `namespace: "invoices", sync: automated: false`, "criteria: back: {\n\tstatement: \"A bad deploy is taken back within ten minutes.\"\n\trollback: within: \"10m\"\n}", ``}, near: []string{`replicas:  1`, `replicas:  2`}},
	{code: "viewers-added", spec: promises, to: []string{`["example:payments-team"]`, `["example:payments-team", "example:all"]`}, near: []string{`["example:payments-team"]`, `[]`}},
	{code: "project-widened", spec: extended, to: []string{`"autoscaling/HorizontalPodAutoscaler", `, `"autoscaling/HorizontalPodAutoscaler", "batch/CronJob", `}, near: []string{`, "monitoring.coreos.com/ServiceMonitor"]`, `]`}},
}

// front is a criterion of specs/monorepo, and answers the same for one environment.
const front = "\tanswers: {\n\t\tstatement: \"The front page answers after each deploy.\"\n\t\tof: [\"web\"]\n\t\tendpoint: {path: \"/\", within: \"45s\"}\n\t}\n"

func answers(in, within string) string {
	return strings.NewReplacer("answers:", in+":", "of:", "in: [\""+in+"\"], of:", "45s", within).Replace(front)
}

// figures are statements that name one.
var figures = regexp.MustCompile(`(statement:\s+)"[^"]*(\d|Three|minutes)[^"]*"`)

// TestRules has for each rule a change that it must find and one that it must not.
func TestRules(t *testing.T) {
	tried := map[string]bool{"pin-moved": true}
	for _, e := range edits {
		tried[e.code] = true
		t.Run(e.code, func(t *testing.T) {
			old := edited(t, readFile(t, "specs", e.spec, "pipeline.cue"), e.with...)
			// The figures are changed, and not the statements that name them too.
			side := func(text string) change.Side { return mustSide(t, figures.ReplaceAllString(text, `$1"It holds."`)) }
			before, after := side(old), side(edited(t, old, e.to...))
			// Most rules look at no rendered object, and rendering takes most of the time.
			by := quickly
			got := codes(by(t, before, after))
			if !hasCode(got, e.code) {
				by = compare
				got = codes(by(t, before, after))
			}
			if !hasCode(got, e.code) {
				t.Errorf("%v\ngives %v", e.to, got)
			}
			if got := codes(by(t, before, side(edited(t, old, e.near...)))); hasCode(got, e.code) {
				t.Errorf("%v\ngives %v", e.near, got)
			}
		})
	}
	for _, r := range change.Rules() {
		if !tried[r.Code] {
			t.Errorf("no case for %s: add one to the table of this test", r.Code)
		}
	}
}

func hasCode(codes map[string]change.Class, code string) bool {
	return slices.Contains(slices.Collect(maps.Keys(codes)), code)
}

// TestPinMoved: the lock of pins is no field of the spec.
func TestPinMoved(t *testing.T) {
	text := readFile(t, "specs", agent, "pipeline.cue")
	before := mustSide(t, text)
	pin := pins.Pin{Version: "v99.0.0", SHA: "0123456789abcdef0123456789abcdef01234567"}
	after, why, ok := side(t, text, map[string]pins.Pin{"actions/checkout": pin})
	if !ok {
		t.Fatal(why)
	}
	c := compare(t, before, after)
	if len(c.Changes) != 1 || c.Changes[0].Code() != "pin-moved" || c.Changes[0].Class() != change.Changed {
		t.Errorf("got %v", c.Changes)
	}
}
