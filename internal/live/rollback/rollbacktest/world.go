// Package rollbacktest provides a GitOps repository for tests: an origin, the clone in which CI deploys, and the clone
// of a person who rolls back.
package rollbacktest

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/build"
	"github.com/pipegen/pipegen/internal/live/rollback"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/workspace"
)

// Spec has two environments and promises rollbacks.
const Spec = `name:   "shop"
intent: "A merge is live within minutes, and back within ten."
source: repository: "example/shop"
test: steps: [{name: "Test", run: "make test"}]
deploy: {port: 8080, probes: readiness: "/ready"}
environments: {
	staging: namespace: "shop-staging"
	production: {namespace: "shop", after: "staging"}
}
gitops: {repository: "example/deployments", shared: true}
argocd: webhook: true
criteria: back: {
	statement: "A bad deploy is taken back within ten minutes."
	rollback: within: "10m"
}
`

// SeveralSpec has two images, which run as three workloads.
const SeveralSpec = `name:   "shop"
intent: "A merge is live within minutes, and back within twenty."
source: repository: "example/shop"
images: {
	api: {context: "api", dockerfile: "api/Dockerfile", test: steps: [{name: "Test", run: "make test"}]}
	web: {context: "web", dockerfile: "web/Dockerfile", test: steps: [{name: "Test", run: "npm test"}]}
}
workloads: {
	api: {image: "api", port: 8080, probes: readiness: "/ready"}
	worker: {image: "api", worker: {}}
	web: {image: "web", port: 8080, probes: readiness: "/"}
}
environments: production: namespace: "shop"
gitops: {repository: "example/deployments", shared: true}
argocd: webhook: true
criteria: back: {
	statement: "A bad deploy is taken back within twenty minutes."
	rollback: within: "20m"
}
`

// World is a GitOps repository: its origin, the clone of CI and that of a person.
type World struct {
	T                *testing.T
	Origin, CI, Mine string
	// Spec is the spec's file, in the folder of the code repository.
	Spec  string
	Clock time.Time
	// Folder is the folder of the deployed state in the repository, "" or with a slash at its end.
	Folder string
	// Sources and Digests are by image; Bumps has the GitOps commit by environment and image.
	Sources, Digests, Bumps map[string]string
}

// at returns a world in a folder, without deploys.
func at(t *testing.T, top string) *World {
	return &World{
		T: t, Origin: filepath.Join(top, "origin.git"), CI: filepath.Join(top, "ci"), Mine: filepath.Join(top, "deployments"),
		Spec: filepath.Join(top, "shop", "pipeline.cue"), Clock: time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC),
		Sources: map[string]string{}, Digests: map[string]string{}, Bumps: map[string]string{},
	}
}

// New returns a world with the tree of the spec, in which nothing was deployed yet.
func New(t *testing.T) *World {
	t.Helper()
	return Of(t, Spec)
}

// Of returns a world with the tree of a spec, in which nothing was deployed yet.
func Of(t *testing.T, spec string) *World {
	t.Helper()
	top := t.TempDir()
	w := at(t, top)
	w.Write(w.Spec, spec)
	w.Git(top, "init", "--quiet", "--template=", "--bare", "--initial-branch=main", w.Origin)
	w.clone(w.CI)
	w.Generate(w.CI)
	w.CommitAll(w.CI, "the pipeline")
	w.Git(w.CI, "push", "--quiet", "origin", "HEAD:main")
	w.clone(w.Mine)
	w.Git(w.Mine, "config", "user.name", "Ann")
	w.Git(w.Mine, "config", "user.email", "ann@example.org")
	return w
}

// clone names origin by a relative path, so that a copy of all three repositories needs no change.
func (w *World) clone(dir string) {
	w.T.Helper()
	w.Git(filepath.Dir(dir), "clone", "--quiet", "--template=", w.Origin, dir)
	w.Git(dir, "remote", "set-url", "origin", "../"+filepath.Base(w.Origin))
}

// model is a world that others are copies of. It takes a hundred runs of git to make, so tests share it.
type model struct {
	once  sync.Once
	world *World
	files fstest.MapFS
}

var three, several model

// Three returns a world with three deploys to production and two to staging.
func Three(t *testing.T) *World {
	t.Helper()
	return three.copy(t, Spec, func(w *World) {
		for _, image := range []string{"a", "b", "c"} {
			w.Deploy("production", image)
		}
		w.Deploy("staging", "c")
		w.Deploy("staging", "d")
	})
}

// Several returns a world of SeveralSpec with four deploys to production: of both images, of api, of web, and of a commit
// that changed neither.
func Several(t *testing.T) *World {
	t.Helper()
	return several.copy(t, SeveralSpec, func(w *World) {
		w.DeployImages("production", "a", "a", "a")
		w.DeployImages("production", "b", "b", "a")
		w.DeployImages("production", "c", "b", "c")
		w.DeployImages("production", "d", "b", "c")
	})
}

func (m *model) copy(t *testing.T, spec string, deploy func(*World)) *World {
	t.Helper()
	m.once.Do(func() {
		w := Of(t, spec)
		deploy(w)
		w.Pull()
		// Each loose object is a file, mostly in a folder of its own, and copying many files is slow.
		for _, dir := range []string{w.Origin, w.CI, w.Mine} {
			w.Git(dir, "repack", "-a", "-d", "--quiet")
		}
		m.world, m.files = w, files(t, filepath.Dir(w.Origin))
	})
	if m.files == nil {
		t.Fatal("the world that is copied was not made: another test says why")
	}
	top := t.TempDir()
	if err := os.CopyFS(top, m.files); err != nil {
		t.Fatal(err)
	}
	w := at(t, top)
	w.Clock, w.Sources, w.Digests, w.Bumps = m.world.Clock, maps.Clone(m.world.Sources), maps.Clone(m.world.Digests), maps.Clone(m.world.Bumps)
	return w
}

// files returns a folder in memory, which outlives the test that made it.
func files(t *testing.T, dir string) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	err := filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		path, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		file := &fstest.MapFile{Mode: info.Mode()}
		if !d.IsDir() {
			file.Data, err = os.ReadFile(name)
		}
		out[filepath.ToSlash(path)] = file
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Plan returns the plan of the current spec.
func (w *World) Plan() plan.Plan { return w.built().Plan }

func (w *World) built() *build.Result {
	w.T.Helper()
	r, found, err := build.Text("pipeline.cue", []byte(w.Read(w.Spec)), generate.Options{SpecFile: "pipeline.cue"})
	if found.Failed() || err != nil {
		w.T.Fatal(found, err)
	}
	return r
}

// Generate writes the output of the spec.
func (w *World) Generate(gitops string) {
	w.T.Helper()
	set := w.built().Set
	roots := workspace.Roots{artifact.Code: filepath.Dir(w.Spec), artifact.GitOps: gitops}
	changes, err := workspace.Compare(set, roots)
	if err != nil {
		w.T.Fatal(err)
	}
	if err := workspace.Apply(changes, roots, false); err != nil {
		w.T.Fatal(err)
	}
}

// Checkout returns the person's clone, with a clock that a test sets and pauses that take no time.
func (w *World) Checkout() rollback.Checkout {
	w.T.Helper()
	return rollback.Checkout{
		Plan: w.Plan(), Dir: w.Mine, Code: filepath.Dir(w.Spec),
		Now:   func() time.Time { return w.Clock },
		Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	}
}

// Plain replaces the names of folders in a text, so that it is the same for every world.
func (w *World) Plain(text string) string {
	return strings.NewReplacer(w.Mine, "../deployments", w.Origin, "ORIGIN").Replace(text)
}
