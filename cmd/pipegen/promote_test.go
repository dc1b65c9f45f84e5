package main

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pipegen/pipegen/internal/live/promote"
	"github.com/pipegen/pipegen/internal/live/rollback/rollbacktest"
	"github.com/pipegen/pipegen/internal/plan"
)

// built is a repository of the source whose commit staging runs.
func built(t *testing.T) gitWorld {
	t.Helper()
	return builtFrom(t, rollbacktest.Spec)
}

// builtFrom is that of another spec.
func builtFrom(t *testing.T, spec string) gitWorld {
	t.Helper()
	alone(t)
	w := gitWorld{rollbacktest.Of(t, spec)}
	code := filepath.Dir(w.Spec)
	w.Git(filepath.Dir(w.Origin), "init", "--quiet", "--template=", "--bare", "--initial-branch=main", filepath.Join(filepath.Dir(w.Origin), "source.git"))
	w.Git(code, "init", "--quiet", "--template=", "--initial-branch=main")
	w.Git(code, "remote", "add", "origin", "../source.git")
	w.DeploySource("staging", "a", w.source("the first"))
	w.Pull()
	return w
}

// source is a new commit of the source.
func (w gitWorld) source(message string) string {
	w.T.Helper()
	code := filepath.Dir(w.Spec)
	w.Git(code, "commit", "--quiet", "--allow-empty", "-m", message)
	w.Git(code, "push", "--quiet", "origin", "main")
	return w.Git(code, "rev-parse", "HEAD")
}

// promote runs the verb and returns its output.
func (w gitWorld) promote(change func(*promoteOptions), answer string) (out, failure string, code int) {
	w.T.Helper()
	o := promoteOptions{to: "production", request: promote.Request{Attested: func(context.Context, plan.Plan, string) error { return nil }}, liveOptions: w.options(w.Clock.Add(time.Hour), answer)}
	change(&o)
	return w.ran(answer, func(s streams) error { return runPromote(o, s) })
}

func pushes(o *promoteOptions) { o.push = true }

// TestPromoteFormats compares the output of a promotion in every format.
func TestPromoteFormats(t *testing.T) {
	w := built(t)
	for name, change := range map[string]func(*promoteOptions){
		"plan.txt":  func(o *promoteOptions) { o.dryRun = true },
		"plan.json": func(o *promoteOptions) { o.dryRun, o.format = true, "json" },
	} {
		got, failure, code := w.promote(change, "")
		if code != exitDone || failure != "" {
			t.Errorf("%s: %d %s", name, code, failure)
		}
		w.golden(filepath.Join("testdata", "promote", name), got)
	}
}

// TestPromoteAsks: without a decision in the flags, a person decides.
func TestPromoteAsks(t *testing.T) {
	w := built(t)
	before := w.State(w.Origin)
	for _, answer := range []string{"n\n", "\n", "maybe\n"} {
		out, failure, code := w.promote(func(*promoteOptions) {}, answer)
		if code != exitDone || !strings.Contains(out, "nothing was pushed") || !strings.Contains(failure, "Push this to main of example/deployments? [y/N]") {
			t.Errorf("%q: %d %s\n%s", answer, code, failure, out)
		}
	}
	if w.State(w.Origin) != before {
		t.Error("something was pushed")
	}
	if out, failure, code := w.promote(func(*promoteOptions) {}, "y\n"); code != exitDone || w.Tag("production") != "main-a" {
		t.Errorf("%d %s\n%s", code, failure, out)
	}
}

// TestPromoteMeanwhile: what somebody else pushes in between is kept, and a deploy to either environment stops the
// promotion, since nobody has seen the two together.
func TestPromoteMeanwhile(t *testing.T) {
	for name, c := range map[string]struct {
		script string
		words  string
	}{
		"another application": {"echo x >other", ""},
		"production":          {"echo '# remark' >>shop/overlays/production/live/kustomization.yaml", "somebody has deployed to production meanwhile, and nothing was pushed"},
		"staging":             {"echo '# remark' >>shop/overlays/staging/live/kustomization.yaml", "somebody has deployed to staging meanwhile, and nothing was pushed"},
	} {
		t.Run(name, func(t *testing.T) {
			w := built(t)
			w.Hook(filepath.Join(w.Mine, ".git", "hooks"), "pre-push", "rm -f \"$0\"\ncd '"+w.CI+"' && git pull --quiet --ff-only origin main && "+c.script+
				" && git add --all && git -c user.name=Eve -c user.email=eve@example.org commit --quiet -m meanwhile && git push --quiet origin HEAD:main\n")
			_, failure, code := w.promote(pushes, "")
			switch {
			case c.words == "" && (code != exitDone || w.Tag("production") != "main-a" || w.Git(w.Origin, "show", "main:other") != "x"):
				t.Errorf("%d %s", code, failure)
			case c.words != "" && (code != exitFailed || !strings.Contains(failure, c.words) || w.Tag("production") == "main-a"):
				t.Errorf("%d %s", code, failure)
			}
		})
	}
}

// TestPromoteToClusters: a promotion is for every cluster of the environment, and is refused where one of them would not run
// the image.
func TestPromoteToClusters(t *testing.T) {
	w := builtFrom(t, strings.Replace(rollbacktest.Spec, `production: {namespace: "shop", after: "staging"}`,
		`production: {namespace: "shop", after: "staging", clusters: {eu: {}, us: replicas: 3}}`, 1)+"clusters: {eu: name: \"eu\", us: name: \"us\"}\n")
	own := filepath.Join(w.CI, "shop/overlays/production-us/kustomization.yaml")
	pushed := func(text string) {
		t.Helper()
		w.Write(own, text)
		w.CommitAll(w.CI, "an image of its own")
		w.Git(w.CI, "push", "--quiet", "origin", "HEAD:main")
		w.Pull()
	}
	generated := w.Read(own)
	pushed(generated + "images:\n- name: ghcr.io/example/shop/shop\n  newTag: pinned\n")
	if _, failure, code := w.promote(pushes, ""); code != exitFailed || !strings.Contains(failure, "shop/overlays/production-us does not run ghcr.io/example/shop/shop:main-a@") || w.Tag("production") == "main-a" {
		t.Errorf("%d %s", code, failure)
	}
	pushed(generated)
	if _, failure, code := w.promote(pushes, ""); code != exitDone || w.Tag("production") != "main-a" {
		t.Errorf("%d %s", code, failure)
	}
}

// TestPromoteAttested: an image for which nobody answers goes nowhere.
func TestPromoteAttested(t *testing.T) {
	w := built(t)
	before := w.State(w.Origin)
	_, failure, code := w.promote(func(o *promoteOptions) {
		o.push = true
		o.request.Attested = func(_ context.Context, _ plan.Plan, image string) error { return errors.New("who has built " + image) }
	}, "")
	if code != exitFailed || failure != "who has built ghcr.io/example/shop/shop@"+w.Digests["a"] || w.State(w.Origin) != before {
		t.Errorf("%d %s", code, failure)
	}
}
