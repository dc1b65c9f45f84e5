package rollback_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pipegen/pipegen/internal/live/rollback"
	"github.com/pipegen/pipegen/internal/live/rollback/rollbacktest"
	"github.com/pipegen/pipegen/internal/plan"
)

func TestMain(m *testing.M) { os.Exit(rollbacktest.Main(m)) }

// trip is a complete rollback, with its output.
type trip struct {
	rollback.Result
	left, failure string
	noDeploy      bool
}

// back rolls production back, as the verb does with --push.
func back(w *rollbacktest.World, request rollback.Request) trip {
	w.Clock = w.Clock.Add(30 * time.Minute)
	var out trip
	err := func() error {
		c := w.Checkout()
		if err := c.Meant(); err != nil {
			return err
		}
		way, err := c.Find(context.Background(), production(w), request)
		if err != nil {
			return err
		}
		if out.Result, err = way.Planned(false); err != nil {
			return err
		}
		out.left, err = way.Push(context.Background(), &out.Written)
		return err
	}()
	if err != nil {
		out.failure, out.noDeploy = w.Plain(err.Error()), errors.As(err, &rollback.NoDeploy{})
	}
	out.left = w.Plain(out.left)
	return out
}

func production(w *rollbacktest.World) plan.Environment {
	w.T.Helper()
	all, err := rollback.Environments(w.Plan(), "production", true)
	if err != nil {
		w.T.Fatal(err)
	}
	return all[0]
}

func wants(t *testing.T, what, text string, words ...string) {
	t.Helper()
	for _, word := range words {
		if !strings.Contains(text, word) {
			t.Errorf("%s lacks %q:\n%s", what, word, text)
		}
	}
}

// TestTo goes back to a deploy by each of its names.
func TestTo(t *testing.T) {
	t.Parallel()
	for name, request := range map[string]rollback.Request{
		"tag":           {To: "main-a"},
		"digest":        {To: "sha256:" + strings.Repeat("a", 7)},
		"capitals":      {To: strings.Repeat("A", 7)},
		"source":        {To: strings.Repeat("a", 8) + "55555"},
		"GitOps commit": {},
		"steps":         {Steps: 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := rollbacktest.Three(t)
			if request == (rollback.Request{}) {
				request.To = w.Bumps["productiona"][:10]
			}
			live := w.Live("production")
			other := w.Git(w.Origin, "rev-parse", "main:"+w.Live("staging"))
			got := back(w, request)
			if got.failure != "" || got.left != "" || got.Outcome != rollback.Pushed || w.Tag("production") != "main-a" {
				t.Fatalf("%s is live: %s%s", w.Tag("production"), got.failure, got.left)
			}
			if got.Index != 2 || got.History[2].Live.Tags() != "main-a" {
				t.Errorf("it goes back by %d in %+v", got.Index, got.History)
			}
			wants(t, "the warnings", strings.Join(got.Warnings, "\n"), "git revert --no-edit "+w.Sources["c"]+" && git revert --no-edit "+w.Sources["b"])
			trees := strings.Fields(w.Git(w.Origin, "rev-parse", "main", "main:"+live, w.Bumps["productiona"]+":"+live, "main:"+w.Live("staging")))
			if head := w.Git(w.Mine, "rev-parse", "HEAD"); head != trees[0] || got.Commit != head {
				t.Error("the checkout did not follow")
			}
			if trees[1] != trees[2] {
				t.Error("the live folder is not the one of then")
			}
			if trees[3] != other {
				t.Error("staging has changed")
			}
			message, changed, _ := strings.Cut(w.Git(w.Origin, "show", "--format=%an%n%B%x00", "--name-only", "main"), "\x00")
			if strings.TrimSpace(changed) != live+"/kustomization.yaml\n"+live+"/source-commit" {
				t.Errorf("the commit changes %s", changed)
			}
			want := "Ann\nroll back shop in production by 2: main-a\n\nCriterion back: A bad deploy is taken back within ten minutes.\n\n" +
				"Image: ghcr.io/example/shop/shop:main-a@" + w.Digests["a"] + "\n\nTaken back: ghcr.io/example/shop/shop:main-c@" + w.Digests["c"] + "\nRun: pipegen rollback, by Ann <ann@example.org>"
			if strings.TrimSpace(message) != want {
				t.Errorf("the message is\n%s\nand not\n%s", message, want)
			}
		})
	}
}

// TestAround: changes outside of the live folder stay, and do not prevent a
// rollback.
func TestAround(t *testing.T) {
	t.Parallel()
	w := rollbacktest.Three(t)
	w.Write(w.Spec, strings.ReplaceAll(rollbacktest.Spec, "8080", "9090"))
	w.Generate(w.CI)
	w.Write(filepath.Join(w.CI, "other", "kustomization.yaml"), "resources: []\n")
	w.CommitAll(w.CI, "a spec and another application")
	live := filepath.Join(w.CI, w.Live("production"), "kustomization.yaml")
	w.Write(live, "# A remark.\n"+w.Read(live))
	w.CommitAll(w.CI, "a remark")
	w.Git(w.CI, "push", "--quiet", "origin", "HEAD:main")
	w.Pull()
	before := w.Git(w.Origin, "rev-parse", "main:other", "main:shop/base")
	if got := back(w, rollback.Request{Steps: 1}); got.failure != "" || w.Tag("production") != "main-b" {
		t.Fatal(got.failure)
	}
	if got := w.Git(w.Origin, "rev-parse", "main:other", "main:shop/base"); got != before {
		t.Error("more than the live folder has changed")
	}
}

// TestRenamed: a rollback is refused if the overlay now uses another image name.
func TestRenamed(t *testing.T) {
	t.Parallel()
	w := rollbacktest.Three(t)
	for _, name := range []string{"shop/base/deployment.yaml", w.Live("production") + "/kustomization.yaml"} {
		file := filepath.Join(w.CI, name)
		w.Write(file, strings.NewReplacer("image: shop\n", "image: store\n", "  name: shop\n", "  name: store\n").Replace(w.Read(file)))
	}
	w.CommitAll(w.CI, "another name for the image")
	w.Git(w.CI, "push", "--quiet", "origin", "HEAD:main")
	w.Pull()
	before := w.Git(w.Origin, "rev-parse", "main")
	got := back(w, rollback.Request{Steps: 1})
	if got.failure == "" || got.noDeploy || w.Git(w.Origin, "rev-parse", "main") != before {
		t.Errorf("it went back: %+v", got)
	}
	wants(t, "the failure", got.failure, "shop/overlays/production does not run ghcr.io/example/shop/shop:main-b@sha256:bbbb", "the base has changed too much since")
}

// TestAmbiguous lists what a name could mean.
func TestAmbiguous(t *testing.T) {
	t.Parallel()
	w := rollbacktest.Three(t)
	w.Clock = w.Clock.Add(1)
	file := filepath.Join(w.CI, w.Live("production"), "kustomization.yaml")
	w.Write(file, strings.ReplaceAll(w.Read(file), "digest: sha256:cccccccc", "digest: sha256:cccc9999"))
	w.CommitAll(w.CI, "deploy shop to production: main-c")
	w.Git(w.CI, "push", "--quiet", "origin", "HEAD:main")
	w.Deploy("production", "e")
	w.Pull()
	for _, name := range []string{"main-c", "cccccccc5", w.Sources["c"]} {
		got := back(w, rollback.Request{To: name})
		if !got.noDeploy {
			t.Errorf("%s: it went back, or the error blames the checkout", name)
		}
		wants(t, "the failure", got.failure, "names several deploys; give more of one of these:\n  tag main-c, sha256:cccc9999", "\n  tag main-c, sha256:cccccccc")
	}
	if got := back(w, rollback.Request{To: "sha256:cccc999"}); got.failure != "" {
		t.Error(got.failure)
	}
}
