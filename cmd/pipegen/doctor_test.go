package main

import (
	"encoding/json"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/live/livetest"
)

const (
	jobsRoute   = "/repos/example/payments/actions/runs/7001/jobs?page=1"
	deployRoute = "/repos/example/payments/check-runs/5/annotations"
	liveRoute   = "/repos/example/deployments/contents/payments/overlays/production/live/"
)

// doctored runs the verb on a world and returns what it printed and its exit code.
func doctored(t *testing.T, w *livetest.World, env func(string) string, o doctorOptions) (out, failure string, code int) {
	t.Helper()
	if o.spec == "" {
		o.spec = example(t, "every-promise")
	}
	o.now, o.sleep = livetest.Now, livetest.NoSleep
	o.found = true
	if o.format == "" {
		o.format = "text"
	}
	return onWorld(t, w, env, func(s streams) error { return runDoctor(o, s) })
}

// refused returns a delivery whose push a rule of the branch has refused.
func refused(t *testing.T, w *livetest.World) {
	w.Set(t, "github", runsRoute, "workflow_runs.1.conclusion", "failure")
	w.Set(t, "github", jobsRoute, "jobs.4.conclusion", "failure")
	w.Set(t, "github", jobsRoute, "jobs.4.steps", []any{map[string]any{"name": "Commit the image to the GitOps repository", "status": "completed", "conclusion": "failure"}})
	w.Set(t, "github", deployRoute, "", []any{map[string]any{"annotation_level": "failure", "title": "Deploy to production", "message": "The push was refused five times."}})
	w.Set(t, "github", "/repos/example/deployments/rules/branches/main", "", []any{map[string]any{"type": "pull_request", "ruleset_source": "example/deployments"}})
	w.Set(t, "github", liveRoute+"source-commit", "", "@BEFORE@\n")
	w.Set(t, "github", "/repos/example/payments/compare/@SOURCE@...@BEFORE@", "", map[string]any{"status": "behind"})
}

// degraded returns a delivery whose pods cannot pull their image, with an Argo CD
// whose sync windows may not be read.
func degraded(t *testing.T, w *livetest.World) {
	w.Set(t, "argocd", appRoute, "status.sync.status", "OutOfSync")
	w.Set(t, "argocd", appRoute, "status.health.status", "Degraded")
	w.Set(t, "argocd", appRoute+"/resource?resourceName=payments-6d4-a", "manifest",
		`{"status":{"containerStatuses":[{"name":"payments","state":{"waiting":{"reason":"ImagePullBackOff","message":"401 Unauthorized"}}}]}}`)
	w.Remove("argocd", appRoute+"/syncwindows")
}

// TestDoctorGolden compares the output with golden files.
func TestDoctorGolden(t *testing.T) {
	for name, c := range map[string]struct {
		world   func(*testing.T, *livetest.World)
		options doctorOptions
		code    int
	}{
		"image.text":     {refused, doctorOptions{}, exitFindings},
		"image.markdown": {refused, doctorOptions{verifyOptions: verifyOptions{specOptions: specOptions{format: "markdown"}}, verbose: true}, exitFindings},
		"image.json":     {refused, doctorOptions{verifyOptions: verifyOptions{specOptions: specOptions{format: "json"}}, symptom: "image"}, exitFindings},
		"sync.text":      {degraded, doctorOptions{}, exitFindings},
		"well.text":      {func(*testing.T, *livetest.World) {}, doctorOptions{}, exitDone},
		"rollback.text":  {func(*testing.T, *livetest.World) {}, doctorOptions{symptom: "rollback", verbose: true}, exitDone},
	} {
		t.Run(name, func(t *testing.T) {
			w := livetest.New(t)
			c.world(t, w)
			got, failure, code := doctored(t, w, w.Env, c.options)
			if code != c.code || failure != "" {
				t.Errorf("exit code %d: %s", code, failure)
			}
			compareGolden(t, filepath.Join("testdata", "doctor", name+".golden"), got)
		})
	}
}

// TestDoctorSeveral compares what is printed of a delivery whose migration has failed.
func TestDoctorSeveral(t *testing.T) {
	w := livetest.NewSeveral(t)
	w.Set(t, "argocd", appRoute, "status.sync.status", "OutOfSync")
	w.Set(t, "argocd", appRoute, "status.operationState.phase", "Failed")
	w.Set(t, "argocd", appRoute, "status.operationState.syncResult.resources.0.hookPhase", "Failed")
	w.Set(t, "argocd", appRoute, "status.operationState.syncResult.resources.0.message", "Job has reached the specified backoff limit")
	before := []any{"ghcr.io/example/payments/api:main-@BEFORE@@sha256:" + strings.Repeat("0c", 32)}
	for _, n := range w.Answer(t, "argocd", appRoute+"/resource-tree").(map[string]any)["nodes"].([]any) {
		if pod := n.(map[string]any); strings.HasPrefix(pod["name"].(string), "api-6d4-") || pod["name"] == "worker-6d4-a" {
			pod["images"] = before
		}
	}
	got, failure, code := doctored(t, w, w.Env, doctorOptions{verifyOptions: verifyOptions{specOptions: specOptions{spec: specOf(t, livetest.SeveralSpec())}, environment: "production"}})
	if code != exitFindings || failure != "" {
		t.Errorf("exit code %d: %s", code, failure)
	}
	compareGolden(t, filepath.Join("testdata", "doctor", "several.text.golden"), got)
}

func TestDoctorExitCodes(t *testing.T) {
	t.Run("nothing reached", func(t *testing.T) {
		w := livetest.New(t)
		w.Fault(func(_ string, out http.ResponseWriter, _ *http.Request) bool {
			out.WriteHeader(http.StatusBadGateway)
			return true
		})
		out, failure, code := doctored(t, w, w.Env, doctorOptions{})
		if code != exitFailed || !strings.Contains(failure, "no system could be reached") || !strings.Contains(out, "(status 502)") {
			t.Errorf("%d %s\n%s", code, failure, out)
		}
		o := doctorOptions{}
		o.format = "json"
		if out, _, _ := doctored(t, w, w.Env, o); !strings.Contains(out, `"ok": false`) {
			t.Errorf("nothing was found out, and a program reads:\n%s", out)
		}
	})
	t.Run("everything refused, beside a checkout", func(t *testing.T) {
		w := livetest.New(t)
		w.Fault(onlyAnswers(""))
		o := doctorOptions{}
		o.gitops = deployments(t, w)
		out, failure, code := doctored(t, w, w.Env, o)
		if code != exitFailed || !strings.Contains(failure, "no system could be reached") || !strings.Contains(out, "status 401") {
			t.Errorf("%d %s\n%s", code, failure, out)
		}
	})
	t.Run("one answer, from which nothing follows", func(t *testing.T) {
		w := livetest.New(t)
		w.Fault(onlyAnswers("/repos/example/payments/commits/main"))
		out, failure, code := doctored(t, w, w.Env, doctorOptions{symptom: "sync"})
		if code != exitFailed || !strings.Contains(failure, "no cause could be tested") {
			t.Errorf("%d %s\n%s", code, failure, out)
		}
	})
	t.Run("no credentials", func(t *testing.T) {
		w := livetest.New(t)
		bare := func(name string) string {
			if strings.Contains(name, "TOKEN") {
				return ""
			}
			return w.Env(name)
		}
		out, _, code := doctored(t, w, bare, doctorOptions{})
		if code != exitFailed || !strings.Contains(out, "set GITHUB_TOKEN") || !strings.Contains(out, "set ARGOCD_AUTH_TOKEN") {
			t.Errorf("%d\n%s", code, out)
		}
	})
	t.Run("unknown environment", func(t *testing.T) {
		w := livetest.New(t)
		o := doctorOptions{}
		o.environment = "staging"
		if _, failure, code := doctored(t, w, w.Env, o); code != exitUsage || !strings.Contains(failure, "--env takes production") {
			t.Errorf("%d %s", code, failure)
		}
	})
}

// TestDoctorAsksLittle: a symptom asks only what it needs, and changes nothing.
func TestDoctorAsksLittle(t *testing.T) {
	for symptom, c := range map[string]struct{ asks, not string }{
		"":         {"/repos/example/payments/commits/main", "/hooks"},
		"image":    {"/repos/example/deployments/rules/branches/main", "/hooks"},
		"sync":     {"/hooks", "/rules/"},
		"rollback": {"/workflows/rollback.yaml/runs", "/rules/"},
	} {
		w := livetest.New(t)
		var asked []string
		w.Fault(func(_ string, _ http.ResponseWriter, r *http.Request) bool {
			if r.Method != http.MethodGet {
				t.Errorf("%s %s", r.Method, r.URL)
			}
			asked = append(asked, r.URL.Path)
			return false
		})
		doctored(t, w, w.Env, doctorOptions{symptom: symptom})
		all := strings.Join(asked, "\n")
		if !strings.Contains(all, c.asks) || strings.Contains(all, c.not) || len(asked) > 45 {
			t.Errorf("%q asks %d times:\n%s", symptom, len(asked), all)
		}
	}
}

// TestDoctorHostile: texts of servers are escaped in every format.
func TestDoctorHostile(t *testing.T) {
	const nasty = "\x1b[2J</b> <img src=x> | ](https://evil.example.org) \r\n::error::x \u202e"
	for _, format := range []string{"text", "json", "markdown"} {
		w := livetest.New(t)
		refused(t, w)
		w.Set(t, "github", deployRoute, "0.message", "The push was refused "+nasty)
		w.Set(t, "github", jobsRoute, "jobs.4.html_url", "javascript:alert(1)"+nasty)
		w.Set(t, "github", "/repos/example/deployments/rules/branches/main", "0.ruleset_source", nasty)
		w.Set(t, "argocd", appRoute, "status.health", map[string]any{"status": "Degraded", "message": nasty})
		out, _, code := doctored(t, w, w.Env, doctorOptions{verifyOptions: verifyOptions{specOptions: specOptions{format: format}}, verbose: true})
		if code != exitFindings || strings.ContainsAny(out, "\x1b\r\u202e") || strings.Contains(out, "\n::error") {
			t.Errorf("%s exits %d:\n%q", format, code, out)
		}
		if format == "markdown" && (strings.Contains(out, "<img") || strings.Contains(out, "](javascript") || strings.Contains(out, " ](https://evil")) {
			t.Errorf("%s", out)
		}
		if format == "json" {
			var v map[string]any
			if err := json.Unmarshal([]byte(out), &v); err != nil || strings.Contains(out, "null") {
				t.Errorf("%v\n%s", err, out)
			}
		}
	}
}
