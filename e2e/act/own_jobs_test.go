package act

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/e2e/runner"
)

// newOwnJobs is a world with the jobs of one's own of specs/browser-tests, whose scripts do what a test can see. Its container
// is left out: there is no Docker here.
func newOwnJobs(t *testing.T) world {
	t.Helper()
	t.Parallel()
	text, err := os.ReadFile("../../specs/browser-tests/pipeline.cue")
	check(t, err)
	_, jobs, _ := strings.Cut(string(text), "\nworkflow: extraJobs: {")
	for pattern, with := range map[string]string{
		`\t*\{name: "Set up Node.js".*\n`:   "",
		`"npm ci && npx tsc [^\n]*"\},`:     `"[[ ! -e broken ]] || [[ $(cat broken) != \"${WORKSPACE}\" ]]"},`,
		`"npm ci && npm run docs [^\n]*"\n`: "\"echo \\\"the manual of ${SHOP_VERSION}\\\"\"\n",
		`(?s)gh issue create .*?RUN_ID\}"`:  `echo "an issue of ${GITHUB_RUN_ID}, by ${GH_TOKEN:0:5}"`,
	} {
		if !regexp.MustCompile(pattern).MatchString(jobs) {
			t.Fatalf("the spec has no %s", pattern)
		}
		jobs = regexp.MustCompile(pattern).ReplaceAllLiteralString(jobs, with)
	}
	return world{runner.New(t, runner.Options{Spec: func(spec string) string {
		return spec + "\nsource: history: true\nworkflow: extraJobs: {" + jobs
	}})}
}

// TestOwnJobs: a job with a matrix holds the image back until each of its legs has passed, what one job says starts another one
// or not, and a job for failures runs after one.
func TestOwnJobs(t *testing.T) {
	w := newOwnJobs(t)
	const rest = "attest=success deploy-production=success gate=success image=success measure=success plan=success publish=success,success test=success types=success,success,success"
	first := w.Run(t, w.Develop(t, "version = 2"))
	first.Want(t, rest)
	if first.Logged("the manual of") || first.Logged("an issue of") {
		t.Error("a run in which no page has changed, and nothing fails, builds the manual or opens an issue")
	}

	runner.Write(t, w.Folder("repo/docs/index.md"), "# The shop\n")
	sha := w.Commit(t, "repo", "a page")
	second := w.Run(t, w.Push(sha))
	second.Want(t, strings.Replace(rest, " gate=", " docs=success gate=", 1))
	if !second.Logged("the manual of " + sha[:7]) {
		t.Error("the job of the manual does not get the version that the job plan has said")
	}

	runner.Write(t, w.Folder("repo/broken"), "checkout\n")
	before := w.Head(t)
	third := w.Run(t, w.Push(w.Commit(t, "repo", "a type is wrong")))
	// One leg that fails may stop the others.
	if got := third.Results(); !regexp.MustCompile(`^failed=success gate=failure plan=success test=success types=(\w+,)*failure(,\w+)*$`).MatchString(got) {
		t.Errorf("where a leg fails, the run has %s", got)
	}
	if !third.Logged("an issue of "+third.ID) || w.Head(t) != before {
		t.Error("a failing leg opens no issue, or is deployed")
	}
}
