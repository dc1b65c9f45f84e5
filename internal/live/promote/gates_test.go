package promote_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pipegen/pipegen/internal/live/github"
	"github.com/pipegen/pipegen/internal/live/livetest"
	"github.com/pipegen/pipegen/internal/live/promote"
	"github.com/pipegen/pipegen/internal/live/remote"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/templates"
)

// gh is GitHub's program, as far as the script uses it.
const gh = `#!/bin/bash
shift
if [[ $1 == --paginate ]]; then shift; fi
curl --silent --fail "${GITHUB}/$1" | jq --raw-output "$3"
exit "${PIPESTATUS[0]}"
`

// TestGatesAgree gives the command and the script of the workflow the same answers of GitHub.
func TestGatesAgree(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"jq", "curl"} {
		if _, err := exec.LookPath(name); err != nil {
			t.Skip("the script needs " + name)
		}
	}
	bin := t.TempDir()
	if err := os.WriteFile(filepath.Join(bin, "gh"), []byte(gh), 0o755); err != nil {
		t.Fatal(err)
	}
	p := plan.Plan{Workflow: ".github/workflows/ci.yaml", Source: plan.Source{Repository: "o/r", Branch: "main"}}
	gates := []plan.Kept{
		{Criterion: "tested", Job: "Test"},
		{Criterion: "scanned", Job: "Publish", Step: "Refuse it"},
		{Criterion: "quick", Job: "Measure", Step: "Measure it", Warns: true},
	}
	const (
		run     = `{"id":7,"event":"push","head_branch":"main","status":"completed","conclusion":"success","html_url":"https://github.com/o/r/actions/runs/7"}`
		test    = `{"id":1,"name":"Test","status":"completed","conclusion":"success","steps":[]}`
		amd     = `{"id":2,"name":"Publish (linux/amd64)","status":"completed","conclusion":"success","steps":[{"name":"Refuse it","conclusion":"success"}]}`
		arm     = `{"id":3,"name":"Publish (linux/arm64)","status":"completed","conclusion":"success","steps":[{"name":"Refuse it","conclusion":"success"}]}`
		measure = `{"id":4,"name":"Measure","status":"completed","conclusion":"success","steps":[{"name":"Measure it","conclusion":"success"}]}`
		other   = `{"id":5,"name":"Publisher","status":"completed","conclusion":"failure","steps":[]}`
	)
	all := []string{test, amd, arm, measure, other}
	but := func(old, new string) []string {
		joined := strings.Join(all, "\n")
		if !strings.Contains(joined, old) {
			t.Fatal(old)
		}
		return strings.Split(strings.Replace(joined, old, new, 1), "\n")
	}
	running := strings.Replace(run, `"completed","conclusion":"success"`, `"in_progress","conclusion":null`, 1)
	red := strings.Replace(run, `"conclusion":"success"`, `"conclusion":"failure"`, 1)
	skipped := but(`"Publish (linux/amd64)","status":"completed","conclusion":"success","steps":[{"name":"Refuse it","conclusion":"success"}]`, `"Publish","status":"completed","conclusion":"skipped","steps":[]`)
	skipped = append(skipped[:2:2], skipped[3:]...)
	for name, c := range map[string]struct {
		runs        string
		jobs        []string
		annotations string
		says        string
	}{
		"kept":                  {runs: run, jobs: all},
		"another warning":       {runs: run, jobs: all, annotations: `{"title":"Promise other","message":"no"}`},
		"too slow":              {runs: run, jobs: all, annotations: `{"title":"Promise quick","message":"promised within 60 s, measured 90 s"}`, says: "criterion quick: promised within 60 s, measured 90 s"},
		"no run":                {runs: "", jobs: all, says: "of .github/workflows/ci.yaml on main is for"},
		"a pull request":        {runs: strings.Replace(run, "push", "pull_request", 1), jobs: all, says: "of .github/workflows/ci.yaml on main is for"},
		"of another branch":     {runs: strings.Replace(run, `"main"`, `"side"`, 1), jobs: all, says: "of .github/workflows/ci.yaml on main is for"},
		"started by a person":   {runs: strings.Replace(run, "push", "workflow_dispatch", 1) + "," + red, jobs: all},
		"tests failed":          {runs: red, jobs: but(`"Test","status":"completed","conclusion":"success"`, `"Test","status":"completed","conclusion":"failure"`), says: "criterion tested: the job Test ended as failure"},
		"one of a matrix":       {runs: red, jobs: but(`"Publish (linux/arm64)","status":"completed","conclusion":"success","steps":[{"name":"Refuse it","conclusion":"success"}]`, `"Publish (linux/arm64)","status":"completed","conclusion":"failure","steps":[{"name":"Refuse it","conclusion":"failure"}]`), says: `criterion scanned: the step "Refuse it" of the job Publish ended as failure`},
		"the step was renamed":  {runs: run, jobs: but(`"Refuse it"`, `"Look at it"`), says: `criterion scanned: there is no result of the step "Refuse it" of the job Publish`},
		"the job is gone":       {runs: run, jobs: all[1:], says: "criterion tested: there is no result of the job Test"},
		"nothing had changed":   {runs: run, jobs: skipped},
		"left out in a red run": {runs: red, jobs: skipped, says: "criterion scanned: the run ended as failure, and left the job Publish out"},
		"left out so far":       {runs: running, jobs: skipped, says: "criterion scanned: the run is not done"},
		"still measured":        {runs: running, jobs: but(`"Measure","status":"completed","conclusion":"success","steps":[{"name":"Measure it","conclusion":"success"}]`, `"Measure","status":"queued","conclusion":null,"steps":[]`), says: `criterion quick: the step "Measure it" of the job Measure is not done`},
		"still tested":          {runs: running, jobs: but(`"Test","status":"completed","conclusion":"success"`, `"Test","status":"in_progress","conclusion":null`), says: "criterion tested: the job Test is not done"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				switch {
				case r.URL.Path == "/repos/o/r/actions/workflows/ci.yaml/runs" && r.URL.Query().Get("head_sha") == "abc":
					fmt.Fprintf(w, `{"workflow_runs":[%s]}`, c.runs)
				case r.URL.Path == "/repos/o/r/actions/runs/7/jobs":
					fmt.Fprintf(w, `{"total_count":%d,"jobs":[%s]}`, len(c.jobs), strings.Join(c.jobs, ","))
				case r.URL.Path == "/repos/o/r/check-runs/4/annotations":
					fmt.Fprintf(w, "[%s]", c.annotations)
				default:
					http.NotFound(w, r)
				}
			}))
			defer server.Close()
			said := ""
			hub := &github.Client{API: server.URL, Remote: remote.New(time.Now, livetest.NoSleep)}
			if err := promote.Kept(t.Context(), hub, p, "abc", gates); err != nil {
				said = err.Error()
			}
			if (said == "") != (c.says == "") || !strings.Contains(said, c.says) {
				t.Errorf("the command says %q, want %q", said, c.says)
			}
			var lines []string
			for _, k := range gates {
				lines = append(lines, k.Line())
			}
			cmd := exec.Command("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", "sleep() { waited=600; }\n"+script(t, "gates"))
			cmd.Env = append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"), "GITHUB="+server.URL, "GITHUB_REPOSITORY=o/r", "ENVIRONMENT=production", "WORKFLOW="+p.Workflow, "SOURCE_BRANCH=main", "PROMOTED=abc",
				"GATES="+strings.Join(lines, "\n"), "GITHUB_STEP_SUMMARY="+os.DevNull)
			out, err := cmd.CombinedOutput()
			if (err == nil) != (c.says == "") || !strings.Contains(string(out), c.says) {
				t.Errorf("the workflow says, with %v, %s, want %q", err, out, c.says)
			}
		})
	}
}

func script(t *testing.T, name string) string {
	t.Helper()
	text, err := templates.Files.ReadFile("scripts/" + name + ".sh")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
