package generate

import (
	"fmt"
	"slices"
	"strings"
)

// provenVariables are what the proofs look for in the steps of the workflows.
var provenVariables = []string{
	"AFTER", "AFTER_DEPLOYS", "APPLICATION", "APP_SLUG", "ARCHITECTURES", "AT_LEAST", "AUTHOR_EMAIL", "AUTHOR_NAME", "BECAUSE", "BOUND", "BRANCH", "CLUSTERS", "CONTAINER_ENV", "CONTAINER_FILES", "CONTAINER_MEMORY", "CONTENT", "COPIES", "COVERAGE_MIN",
	"CRITERION", "DEPLOY_KEY", "DIGEST", "ENVIRONMENT", "FOLDER", "FOLDER_SIZE", "GATES", "GH_TOKEN", "GITOPS_REPOSITORY", "HEALTH_PATH", "IMAGE", "IMAGES", "KUSTOMIZE_VERSION", "LIVE", "LOWER_RELEASES", "MISSING", "MOST_PREVIEWS", "MOVING_TAGS", "OUTSIDE", "OVER", "OVERLAY", "OVERLAYS", "PODS",
	"PREVIEW_LABEL", "PREVIEW_READY", "PROMETHEUS", "PROMISED", "PROMOTED", "PROMOTED_DIGEST", "PROPOSAL", "PUSHED_AT", "QUERY", "RELEASE_REFS", "RENDERED", "REQUESTS", "REQUIRED", "RIGHTS", "ROLLBACKS", "RUN_AS", "RUN_URL", "SECONDS_TO_MERGE", "SECONDS_TO_SOAK", "SECONDS_TO_START", "SECRET", "SIZED_FOLDERS", "SOURCE_BRANCH",
	"TAG", "TAG_SCHEME", "VARIABLE", "WORKFLOW", "WRITABLE",
}

// otherVariables are what pipegen's scripts read beside those.
var otherVariables = []string{
	"APPROVED", "ARCH", "ASKED", "BASE", "BUILDS", "BUILD_KEY", "CHART", "CHART_IMAGES", "CHART_NAMESPACE", "CHART_RELEASE", "CHART_VALUES", "CLIENT_ID", "COVERAGE_REPORT", "FOUND_IN", "FROM_FORK", "HEAD_COMMIT", "HELM_SHA256", "HELM_VERSION", "JACOCO_VERSION", "JOBS", "KUSTOMIZE_SHA256", "ONLY_IN_CLUSTER", "ORAS_SHA256", "ORAS_VERSION", "PACKAGE", "PACKAGE_MANAGER",
	"PIPEGEN_VERSION", "PIPENV_VERSION", "POETRY_VERSION", "PORT", "PRIVATE_KEY", "PROMETHEUS_TOKEN", "PROMETHEUS_USER", "PROMOTED_BY", "PULL_REQUEST", "REBUILD", "REGISTRY", "RELEASES", "REQUIREMENTS", "RESULTS", "REUSED", "RUST_VERSION", "SECONDS_TO_WAIT", "SOURCE_TOKEN", "SPEC", "STATUS", "STEPS", "TESTS", "TO",
	"TOKEN", "URL", "USER_NAME", "VERSION_FILE", "WANTED", "WEBHOOK", "WITHIN",
}

// systemVariables change how bash, git, docker and the other programs of pipegen's
// own steps run.
var systemVariables = []string{
	"BASHOPTS", "BASH_ENV", "CDPATH", "ENV", "HOME", "IFS", "NODE_OPTIONS", "PATH", "POSIXLY_CORRECT", "PS4", "SHELL", "SHELLOPTS", "TMPDIR",
}

var systemPrefixes = slices.Concat(everyJobPrefixes, []string{
	"BUILDKIT_", "BUILDX_", "COSIGN_", "CURL_", "DOCKER_", "GH_", "HELM_", "KUSTOMIZE_", "ORAS_", "SIGSTORE_", "SSH_", "TRIVY_", "TUF_",
	"XDG_CONFIG_", // where git, gh and curl look for their settings
})

// everyJobPrefixes are of programs that run in every job: the loader, bash, git and the
// actions.
var everyJobPrefixes = []string{"ACTIONS_", "BASH_", "DYLD_", "GIT_", "INPUT_", "LD_"}

// reachesIn says why a variable of a whole job of pipegen's would change what the
// job's own steps do; "" where it would not.
func reachesIn(name string) string {
	switch {
	case slices.Contains(provenVariables, name), slices.Contains(otherVariables, name):
		return fmt.Sprintf("pipegen's own scripts read %s", name)
	case changesPrograms(name, systemPrefixes):
		return fmt.Sprintf("%s changes how the programs of pipegen's own steps run", name)
	}
	return ""
}

// reachesInTests is the same for the job test. Pipegen's scripts there read what their own steps set, which overrides
// the variables of the job.
func reachesInTests(name string) string {
	if changesPrograms(name, everyJobPrefixes) {
		return fmt.Sprintf("%s changes how the programs of pipegen's own steps run", name)
	}
	return ""
}

func changesPrograms(name string, prefixes []string) bool {
	return slices.Contains(systemVariables, name) ||
		slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(name, p) })
}
