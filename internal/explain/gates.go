package explain

import (
	"regexp"
	"sync"
)

// gateKind is a way in which the output stops something: the first row that fits a
// line names it. A criterion is served by a gate if the row names its kind, or if
// the line's value came from it.
type gateKind struct {
	file, key, text *regexp.Regexp
	// what may name the groups of key.
	what   string
	serves []string
	// anchor marks a place that stops nothing: it is listed only for its criterion.
	anchor bool
}

func row(file, key, text, what string, serves ...string) gateKind {
	return gateKind{file: regexp.MustCompile(file), key: regexp.MustCompile(key), text: regexp.MustCompile(text), what: what, serves: serves}
}

func anchor(file, key, text, what string, serves ...string) gateKind {
	k := row(file, key, text, what, serves...)
	k.anchor = true
	return k
}

const (
	ciFile   = `^\.github/workflows/ci\.yaml$`
	back     = `^\.github/workflows/rollback\.yaml$`
	both     = `^\.github/workflows/(ci|rollback)\.yaml$`
	pods     = `base/deployment\.yaml$`
	overlays = `overlays/[^/]+/kustomization\.yaml$`
	budget   = `base/poddisruptionbudget\.yaml$`
	smoke    = `smoke/job\.yaml$`
	app      = `(applications|applicationsets)/[^/]+\.yaml$`
	appSet   = `applicationsets/[^/]+\.yaml$`
	project  = `projects/[^/]+\.yaml$`
	pod      = `^spec\.template\.spec\.containers\.`
)

// gateTable is compiled when it is first asked for: every other verb would wait for it
// at its start.
var gateTable = sync.OnceValue(func() []gateKind {
	return []gateKind{
		anchor(ciFile, `^name$`, ``, "the runs of the workflow, whose logs GitHub keeps", "logs"),
		anchor(ciFile, `^on\.push$`, ``, "the push that starts a run", "triggered"),
		row(ciFile, `^jobs\.(test|publish|image)\.timeout-minutes$`, ``, "time limit of the job $1", "published"),
		row(both, `^jobs\.([\w-]+)\.timeout-minutes$`, ``, "time limit of the job $1"),
		row(ciFile, `^jobs\.(build|publish|image|attest|deploy-[\w-]+)\.needs$`, ``, "what the job $1 waits for", "tests", "coverage"),
		row(ciFile, `^jobs\.gate\.name$`, ``, "the check to require in the branch rule", "tests", "coverage"),
		row(both, `^jobs\.([\w-]+)\.if$`, ``, "guard: in which runs the job $1 runs"),
		row(both, `^jobs\.([\w-]+)\.permissions\.([\w-]+)$`, `: write\b`, "bound of the job $1: it may write $2"),
		row(ciFile, `^jobs\.test\.steps\.env\.COVERAGE_MIN$`, ``, "coverage threshold", "coverage"),
		row(ciFile, `^jobs\.(build|publish)\.steps\.env\.SECONDS_TO_START$`, ``, "how long the image may take to answer, before it is pushed", "ready", "endpoint"),
		row(ciFile, `^jobs\.publish\.steps\.uses$`, `aquasecurity/trivy-action@`, "scan of the image", "scanned"),
		row(ciFile, `^jobs\.image\.steps\.run$`, `cosign sign `, "sign step", "signed"),
		row(ciFile, `^jobs\.image\.steps\.uses$`, `actions/attest@`, "attest step", "attested"),
		row(ciFile, `^jobs\.attest\.steps\.uses$`, `actions/attest@`, "attest step, for which no deploy waits"),
		row(ciFile, `^jobs\.image\.steps\.run$`, `!= "\$\{GITHUB_SHA\}"`, "a tag is never moved"),
		row(both, `^jobs\.([\w-]+)\.steps\.name$`, `Look for the credential`, "credential check of the job $1"),
		row(ciFile, `^jobs\.([\w-]+)\.steps\.run$`, `merge-base --is-ancestor`, "an older commit never replaces a newer one"),
		row(ciFile, `^jobs\.([\w-]+)\.steps\.run$`, `kustomize build `, "render check of the job $1"),
		row(ciFile, `^jobs\.image\.steps\.run$`, `^\s*for attempt in`, "retry of what asks others"),
		row(both, `^jobs\.([\w-]+)\.steps\.run$`, `^\s*for attempt in`, "retry of the push"),
		row(back, `^jobs\.rollback-([\w-]+)\.steps\.name$`, `Revert the deploy`, "revert of a deploy to $1", "rollback"),
		row(back, `^jobs\.([\w-]+)\.steps\.run$`, `kustomize build `, "render check of the job $1"),

		row(pods, `^spec\.replicas$`, ``, "how many pods run", "replicas"),
		row(overlays, `^replicas\.count$`, ``, "how many pods run in this environment", "replicas"),
		row(pods, `^spec\.strategy\.rollingUpdate\.maxUnavailable$`, ``, "an old pod stays until a new one is ready", "zeroDowntime"),
		row(pods, `^spec\.minReadySeconds$`, ``, "how long a pod must be ready before it counts", "zeroDowntime"),
		row(pods, `^spec\.progressDeadlineSeconds$`, ``, "when a stuck rollout counts as failed", "rollback"),
		row(pods, pod+`startupProbe\.failureThreshold$`, ``, "startup probe: tries before the container is killed", "ready", "endpoint"),
		row(pods, pod+`readinessProbe\.failureThreshold$`, ``, "readiness probe: failures before a pod gets no traffic", "zeroDowntime"),
		row(pods, pod+`livenessProbe\.failureThreshold$`, ``, "liveness probe: failures before the container is restarted"),
		row(pods, pod+`lifecycle\.preStop\.sleep\.seconds$`, ``, "pause before the stop", "zeroDowntime"),
		row(budget, `^spec\.maxUnavailable$`, ``, "disruption budget: pods that a drain may take at a time", "zeroDowntime"),
		row(smoke, `^spec\.activeDeadlineSeconds$`, ``, "when the smoke Job is stopped, its start included", "endpoint"),
		row(smoke, `^metadata\.annotations\.argocd\.argoproj\.io/hook$`, ``, "the smoke Job runs after each sync", "endpoint"),
		anchor(smoke, `^metadata\.annotations\.pipegen/criterion$`, ``, "the criterion that the smoke Job names", "endpoint"),
		anchor(smoke, pod+`env\.value$`, ``, "what the smoke Job asks, which status it expects, and for how long", "endpoint"),

		row(app, `^spec\.(?:template\.spec\.)?syncPolicy\.automated$`, ``, "Argo CD syncs without being asked", "synced"),
		row(app, `^spec\.(?:template\.spec\.)?syncPolicy\.retry\.limit$`, ``, "retry of a failed sync", "synced"),
		row(appSet, `^spec\.goTemplateOptions$`, `goTemplateOptions:`, "no Application is made of half an element"),
		row(appSet, `^spec\.syncPolicy\.applicationsSync$`, ``, "no Application is deleted with its element"),
		row(appSet, `^spec\.syncPolicy\.preserveResourcesOnDeletion$`, ``, "what was deployed outlives its Application"),
		row(project, `^spec\.sourceRepos$`, `sourceRepos:`, "repositories that may be deployed from"),
		row(project, `^spec\.destinations$`, `destinations:`, "namespaces that may be deployed to"),
		row(project, `^spec\.(cluster|namespace)ResourceWhitelist$`, ``, "kinds of object that may be deployed ($1)"),
		row(project, `^spec\.syncWindows$`, ``, "when Argo CD may sync"),
		row(project, `^spec\.roles\.policies$`, `logs, get`, "the right to read logs in Argo CD", "logs"),
	}
})
