package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pipegen/pipegen/internal/live/livetest"
	"github.com/pipegen/pipegen/internal/live/verdict"
	"github.com/pipegen/pipegen/internal/plan"
)

const (
	runsRoute = "/repos/example/payments/actions/workflows/ci.yaml/runs?head_sha=@SOURCE@"
	appRoute  = "/api/v1/applications/payments-production"
)

// example returns the spec of an example at the root of a repository of its own.
func example(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../../specs", name, "pipeline.cue"))
	if err != nil {
		t.Fatal(err)
	}
	return specOf(t, text)
}

// specOf returns a spec at the root of a repository of its own.
func specOf(t *testing.T, text []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "pipeline.cue")
	if err := os.WriteFile(file, text, 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// verified runs the verb on a world and returns what it printed and its exit code.
func verified(t *testing.T, w *livetest.World, env func(string) string, o verifyOptions) (out, failure string, code int) {
	t.Helper()
	if o.spec == "" {
		o.spec = example(t, "every-promise")
	}
	// The command of the next step has no path of a temporary folder.
	o.found = true
	if o.format == "" {
		o.format = "text"
	}
	if o.timeout == 0 {
		o.timeout = time.Minute
	}
	if o.now == nil {
		o.now = livetest.Now
	}
	if o.sleep == nil {
		o.sleep = livetest.NoSleep
	}
	return onWorld(t, w, env, func(s streams) error { return runVerify(o, s) })
}

// onWorld runs a verb as if the systems of a world were the real ones. No verb prints a
// credential.
func onWorld(t *testing.T, w *livetest.World, env func(string) string, verb func(streams) error) (out, failure string, code int) {
	t.Helper()
	t.Setenv("HOME", t.TempDir())
	var stdout, stderr bytes.Buffer
	err := verb(streams{in: strings.NewReader(""), out: &stdout, err: &stderr, env: env})
	var exit exitError
	if errors.As(err, &exit) {
		code = exit.code
		stderr.WriteString(exit.Error())
	} else if err != nil {
		t.Fatal(err)
	}
	plain := strings.NewReplacer(w.ArgoCD.URL, "https://argocd.example.org", w.GitHub.URL, "https://api.github.com", w.Registry.URL, "https://ghcr.io").Replace
	for _, secret := range []string{livetest.GitHubToken, livetest.ArgoToken, "pull-token", "Iv23li"} {
		if strings.Contains(stdout.String()+stderr.String(), secret) {
			t.Errorf("the credential %s was printed", secret)
		}
	}
	return plain(stdout.String()), plain(stderr.String()), code
}

// TestVerifyFormats compares what is printed of a delivery with one broken promise.
func TestVerifyFormats(t *testing.T) {
	for _, format := range []string{"text", "json", "junit", "markdown"} {
		t.Run(format, func(t *testing.T) {
			w := livetest.New(t)
			w.Set(t, "argocd", appRoute, "status.history.1.deployedAt", "2026-11-20T10:13:51Z")
			got, failure, code := verified(t, w, w.Env, verifyOptions{specOptions: specOptions{format: format}})
			if code != exitFindings || failure != "" {
				t.Errorf("exit code %d: %s", code, failure)
			}
			compareGolden(t, filepath.Join("testdata", "verify", format+".golden"), got)
		})
	}
}

// TestVerifySeveral compares what is printed of a delivery of several images and workloads: each result names the one
// that it is about.
func TestVerifySeveral(t *testing.T) {
	for _, format := range []string{"text", "markdown"} {
		t.Run(format, func(t *testing.T) {
			w := livetest.NewSeveral(t)
			w.Set(t, "argocd", appRoute+"/resource?resourceName=worker-6d4-a", "manifest", `{"status":{"conditions":[{"type":"Ready","status":"False"}],"containerStatuses":[{"restartCount":3,"state":{"running":{"startedAt":"2026-11-20T10:11:30Z"}}}]}}`)
			got, failure, code := verified(t, w, w.Env, verifyOptions{specOptions: specOptions{spec: specOf(t, livetest.SeveralSpec()), format: format}, environment: "production"})
			if code != exitFindings || failure != "" {
				t.Errorf("exit code %d: %s", code, failure)
			}
			compareGolden(t, filepath.Join("testdata", "verify", "several."+format+".golden"), got)
		})
	}
}

// onlyAnswers is a fault in which each question is refused but one.
func onlyAnswers(path string) func(string, http.ResponseWriter, *http.Request) bool {
	return func(_ string, out http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path == path {
			return false
		}
		out.WriteHeader(http.StatusUnauthorized)
		return true
	}
}

// deployments is a checkout of the GitOps repository in which the image is live.
func deployments(t *testing.T, w *livetest.World) string {
	t.Helper()
	dir := t.TempDir()
	folder := filepath.Join(dir, "payments", "overlays", "production", "live")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"kustomization.yaml", "source-commit"} {
		text, _ := w.Answer(t, "github", liveRoute+name).(string)
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{{"init", "-q", "-b", "main"}, {"add", "."}, {"-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-q", "-m", "Deploy"}} {
		if out, err := exec.Command("git", append([]string{"-C", dir}, args...)...).CombinedOutput(); err != nil {
			t.Fatalf("git %v: %s", args, out)
		}
	}
	return dir
}

func TestVerifyExitCodes(t *testing.T) {
	t.Run("nothing broken", func(t *testing.T) {
		w := livetest.New(t)
		if out, failure, code := verified(t, w, w.Env, verifyOptions{}); code != exitDone || failure != "" || !strings.Contains(out, "17 kept") {
			t.Errorf("%d %s\n%s", code, failure, out)
		}
	})
	t.Run("still on its way", func(t *testing.T) {
		w := livetest.New(t)
		w.Set(t, "argocd", appRoute, "status.health.status", "Progressing")
		if _, failure, code := verified(t, w, w.Env, verifyOptions{}); code != exitDone || failure != "" {
			t.Errorf("%d %s", code, failure)
		}
	})
	t.Run("nothing reached", func(t *testing.T) {
		w := livetest.New(t)
		w.Fault(func(_ string, out http.ResponseWriter, _ *http.Request) bool {
			out.WriteHeader(http.StatusBadGateway)
			return true
		})
		if _, failure, code := verified(t, w, w.Env, verifyOptions{}); code != exitFailed || !strings.Contains(failure, "no system could be reached") {
			t.Errorf("%d %s", code, failure)
		}
		o := verifyOptions{}
		o.format = "json"
		if out, _, _ := verified(t, w, w.Env, o); !strings.Contains(out, `"ok": false`) {
			t.Errorf("nothing was measured, and a program reads:\n%s", out)
		}
	})
	t.Run("everything refused, beside a checkout", func(t *testing.T) {
		w := livetest.New(t)
		w.Fault(onlyAnswers(""))
		out, failure, code := verified(t, w, w.Env, verifyOptions{specOptions: specOptions{gitops: deployments(t, w)}})
		if code != exitFailed || !strings.Contains(failure, "no system could be reached") || !strings.Contains(out, "status 401") {
			t.Errorf("%d %s\n%s", code, failure, out)
		}
	})
	t.Run("one answer, from which nothing follows", func(t *testing.T) {
		w := livetest.New(t)
		w.Fault(onlyAnswers("/repos/example/payments/commits/main"))
		out, failure, code := verified(t, w, w.Env, verifyOptions{})
		if code != exitFailed || !strings.Contains(failure, "nothing could be measured") || !strings.Contains(out, ": 18 unmeasured, 1 manual") {
			t.Errorf("not 18 unmeasured and 1 manual (the count changes with the criteria of every-promise): %d %s\n%s", code, failure, out)
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
		out, _, code := verified(t, w, bare, verifyOptions{})
		if code != exitFailed || !strings.Contains(out, "set GITHUB_TOKEN") || !strings.Contains(out, "set ARGOCD_AUTH_TOKEN") {
			t.Errorf("%d\n%s", code, out)
		}
	})
	t.Run("unknown environment", func(t *testing.T) {
		w := livetest.New(t)
		if _, failure, code := verified(t, w, w.Env, verifyOptions{environment: "staging"}); code != exitUsage || !strings.Contains(failure, "--env takes production") {
			t.Errorf("%d %s", code, failure)
		}
	})
	t.Run("open addresses", func(t *testing.T) {
		w := livetest.New(t)
		open := func(name string) string {
			return map[string]string{"GITHUB_API_URL": "http://api.example.org", "ARGOCD_SERVER": "http://argo.example.org"}[name]
		}
		_, failure, code := verified(t, w, open, verifyOptions{})
		if code != exitUsage || !strings.Contains(failure, "GITHUB_API_URL: http://api.example.org is not encrypted") || !strings.Contains(failure, "ARGOCD_SERVER: ") {
			t.Errorf("%d %s", code, failure)
		}
	})
}

// TestVerifySince follows the commit that was named.
func TestVerifySince(t *testing.T) {
	w := livetest.New(t)
	w.Set(t, "github", "/repos/example/payments/commits/v1", "", map[string]any{"sha": livetest.Before})
	w.Set(t, "github", "/repos/example/payments/compare/@BEFORE@...@SOURCE@", "", map[string]any{"status": "ahead"})
	out, _, code := verified(t, w, w.Env, verifyOptions{since: "v1"})
	if code != exitDone || !strings.Contains(out, "gitops in production: main-"+livetest.Source+" is live, from 3f2a8c1d9e4b, which is newer") || !strings.Contains(out, "payments at 90a1b2c3d4e5") {
		t.Errorf("%d\n%s", code, out)
	}
}

// TestVerifyCheckout: with --gitops, git on this machine is asked and not GitHub.
func TestVerifyCheckout(t *testing.T) {
	w := livetest.New(t)
	out, _, code := verified(t, w, w.Env, verifyOptions{specOptions: specOptions{gitops: t.TempDir()}})
	if code != exitDone || !strings.Contains(out, "is no git repository with a branch main") || !strings.Contains(out, "kept        run") {
		t.Errorf("%d\n%s", code, out)
	}
}

// TestVerifyWait: the world moves on between two looks, and the last one decides.
func TestVerifyWait(t *testing.T) {
	w := livetest.New(t)
	w.Set(t, "github", runsRoute, "workflow_runs", []any{})
	w.Set(t, "argocd", appRoute, "status.health.status", "Progressing")
	var pauses []time.Duration
	now := livetest.Now()
	o := verifyOptions{wait: true, timeout: 5 * time.Minute, now: func() time.Time { return now }}
	o.sleep = func(ctx context.Context, d time.Duration) error {
		pauses = append(pauses, d)
		now = now.Add(d)
		switch len(pauses) {
		case 2:
			fresh := livetest.New(t)
			w.Set(t, "github", runsRoute, "", fresh.Answer(t, "github", runsRoute))
		case 5:
			w.Set(t, "argocd", appRoute, "status.health.status", "Healthy")
		}
		return ctx.Err()
	}
	out, progress, code := verified(t, w, w.Env, o)
	if code != exitDone || len(pauses) != 5 || !strings.Contains(out, "17 kept") {
		t.Errorf("%d after %v\n%s%s", code, pauses, progress, out)
	}
	if pauses[0] != 2*time.Second || pauses[4] != 15*time.Second {
		t.Errorf("pauses are %v", pauses)
	}
	for _, line := range []string{"10:12:00 … run: ci.yaml has not run", "10:12:06 ✓ run: the run succeeded", "10:12:44 ✓ argocd in production: Synced and Healthy"} {
		if strings.Count(progress, line) != 1 {
			t.Errorf("the progress does not have %q once:\n%s", line, progress)
		}
	}
	if strings.Contains(progress, "\x1b") {
		t.Error("a cursor is moved where there is no terminal")
	}
}

// TestVerifyWaitEnds: at the end of the time, what is not decided is named.
func TestVerifyWaitEnds(t *testing.T) {
	w := livetest.New(t)
	w.Set(t, "argocd", appRoute, "status.health.status", "Progressing")
	now := livetest.Now()
	o := verifyOptions{wait: true, timeout: 20 * time.Second, now: func() time.Time { return now }}
	o.sleep = func(ctx context.Context, d time.Duration) error { now = now.Add(d); return ctx.Err() }
	if _, failure, code := verified(t, w, w.Env, o); code != exitFailed || !strings.Contains(failure, "after 20s not decided: argocd in production") {
		t.Errorf("%d %s", code, failure)
	}
	if got := now.Sub(livetest.Now()); got != 20*time.Second {
		t.Errorf("it took %s", got)
	}
}

// TestVerifyWaitsThroughAnOutage: a system that fails for a while ends no watch, but
// systems that never answered do.
func TestVerifyWaitsThroughAnOutage(t *testing.T) {
	w := livetest.New(t)
	looks, down := 0, "argocd"
	w.Fault(func(system string, out http.ResponseWriter, _ *http.Request) bool {
		if system == down || down == "all" {
			out.WriteHeader(http.StatusServiceUnavailable)
			return true
		}
		return false
	})
	o := verifyOptions{wait: true, sleep: func(ctx context.Context, d time.Duration) error {
		if d >= verdict.FirstPause {
			looks++
			down = ""
		}
		return ctx.Err()
	}}
	if out, failure, code := verified(t, w, w.Env, o); code != exitDone || looks != 1 || !strings.Contains(out, "17 kept") {
		t.Errorf("%d after %d looks: %s\n%s", code, looks, failure, out)
	}
	looks, down = 0, "all"
	o.sleep = livetest.NoSleep
	if _, failure, code := verified(t, w, w.Env, o); code != exitFailed || !strings.Contains(failure, "no system could be reached") {
		t.Errorf("%d: %s", code, failure)
	}
}

// TestRegistryOfEach: each image is asked for at its own registry, with the login for that one alone.
func TestRegistryOfEach(t *testing.T) {
	folder := t.TempDir()
	login := base64.StdEncoding.EncodeToString([]byte("robot:registry-secret"))
	if err := os.WriteFile(filepath.Join(folder, "config.json"), []byte(`{"auths": {"registry.example.org": {"auth": "`+login+`"}}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	env := map[string]string{"DOCKER_CONFIG": folder, "GH_TOKEN": "github-secret"}
	o := verifyOptions{now: livetest.Now, sleep: livetest.NoSleep}
	c, err := o.clients(plan.Plan{Images: []plan.Image{{Registry: "ghcr.io"}, {Registry: "registry.example.org"}}}, streams{env: func(name string) string { return env[name] }})
	if err != nil {
		t.Fatal(err)
	}
	for host, want := range map[string][3]string{"ghcr.io": {"https://ghcr.io", "pipegen", "github-secret"}, "registry.example.org": {"https://registry.example.org", "robot", "registry-secret"}} {
		if r := c.Registries[host]; r == nil || [3]string{r.Base, r.User, r.Password} != want {
			t.Errorf("%s is asked as %+v", host, r)
		}
	}
}

// TestLoginToPrometheus: it is in the variables that the spec names, and a missing one is named.
func TestLoginToPrometheus(t *testing.T) {
	p := plan.Plan{Prometheus: &plan.Prometheus{Outside: &plan.Access{Secret: "PROMETHEUS_PASSWORD", User: "PROMETHEUS_USER"}}}
	for missing, env := range map[string]map[string]string{
		"":                                    {"PROMETHEUS_USER": "12345", "PROMETHEUS_PASSWORD": "s3cret\n"},
		"set PROMETHEUS_PASSWORD":             {"PROMETHEUS_USER": "12345", "PROMETHEUS_PASSWORD": "\n"},
		"set PROMETHEUS_USER":                 {"PROMETHEUS_PASSWORD": "s3cret"},
		"PROMETHEUS_USER and PROMETHEUS_PASS": {},
	} {
		o := verifyOptions{now: livetest.Now, sleep: livetest.NoSleep}
		c, err := o.clients(p, streams{env: func(name string) string { return env[name] }})
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(c.Unasked, missing) || (c.Unasked == "") != (missing == "") || missing == "" && (c.Prometheus.User != "12345" || c.Prometheus.Secret != "s3cret") {
			t.Errorf("%v: %q, %+v", env, c.Unasked, c.Prometheus)
		}
	}
}
