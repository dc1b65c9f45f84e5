package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pipegen/pipegen/internal/onramp/detect"
	"github.com/pipegen/pipegen/internal/onramp/drafttest"
	"github.com/pipegen/pipegen/internal/onramp/frompipeline"
	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/rules"
	"github.com/pipegen/pipegen/schema"
)

// essential is the part of a spec that can be read from its output: not the
// promises, and not what follows from them.
type essential struct {
	Name, Repository, Branch, Tags string
	Owner                          *schema.Owner
	Test                           schema.Test
	Image                          schema.Image
	Deploy                         schema.Workload
	Environments                   []schema.Named[schema.Environment]
	GitOps                         schema.GitOps
	Namespace, Project, Server     string
	Viewers                        []string
	SyncWindows                    []schema.SyncWindow
	Sync                           schema.Sync
	ApplicationSet                 bool
	Coverage                       float64
}

func essentialOf(s schema.Spec) essential {
	e := essential{
		// GitHub ignores the case of a repository, and an image name is in lower
		// case.
		Name: s.Name, Repository: strings.ToLower(s.Source.Repository), Branch: s.Source.Branch, Tags: s.Source.ReleaseTags,
		Owner: s.Owner, Test: s.Tests[0].Value, Image: s.Images[0].Value, Deploy: s.Workloads[0].Value, Environments: s.Environments, GitOps: s.GitOps,
		Namespace: s.ArgoCD.Namespace, Project: s.ArgoCD.Project, Server: s.ArgoCD.Server, Viewers: s.ArgoCD.Viewers, SyncWindows: s.ArgoCD.SyncWindows, Sync: s.ArgoCD.Sync,
		ApplicationSet: s.ArgoCD.ApplicationSet,
	}
	for _, c := range s.Criteria {
		if c.Value.Kind() == "coverage" {
			e.Coverage = c.Value.Promise().AtLeast
		}
	}
	if e.Coverage == 0 && e.Test.Python != nil {
		python := *e.Test.Python
		python.Package = "" // without a gate it is not measured
		e.Test.Python = &python
	}
	e.Test.Timeout, e.Deploy.Probes.Startup, e.Deploy.ProgressDeadline, e.GitOps.Shared, e.Image.Builder = 0, 0, 0, false, ""
	return e
}

func loadSpec(t *testing.T, name string, text []byte) schema.Spec {
	t.Helper()
	loaded, found := schema.Load(name, text)
	if found.Failed() {
		t.Fatalf("%v\n%s", found, text)
	}
	return loaded.Spec
}

// goldenRepositories returns the folders of a spec's output.
func goldenRepositories(s schema.Spec) (code, gitops string) {
	dir := func(repository string) string { return repositoryName(repository) }
	return dir(s.Source.Repository), dir(s.GitOps.Repository)
}

// TestImportRoundTrip imports what pipegen generates: nothing is a flaw, and the
// draft says what the spec said.
func TestImportRoundTrip(t *testing.T) {
	specs, err := filepath.Glob("../../specs/*/pipeline.cue")
	if err != nil || len(specs) == 0 {
		t.Fatal("no specs", err)
	}
	for _, file := range specs {
		name := filepath.Base(filepath.Dir(file))
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			want := loadSpec(t, file, text)
			code, gitops := goldenRepositories(want)
			golden := filepath.Join("../../golden", name)
			m, err := pipeline.Read(filepath.Join(golden, code), filepath.Join(golden, gitops), quietly)
			if err != nil {
				t.Fatal(err)
			}
			linted, err := lintExisting(m)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range rules.Flaws(m, linted) {
				if d.Rule == "W01" && strings.Contains(string(text), "pins:") {
					continue // this spec asks for tags
				}
				t.Errorf("%s:%d: %s %s", d.Pos.File, d.Pos.Line, d.Rule, d.Message)
			}
			draft, left, err := frompipeline.Draft(m, detect.Project{Folder: code, Subfolder: "."}, wholeCheck)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range left {
				if !strings.Contains(d.Help, "rollback") {
					t.Errorf("left out: %s:%d: %s", d.Pos.File, d.Pos.Line, d.Message)
				}
			}
			requireClean(t, draft)
			said, read := essentialOf(want), essentialOf(loadSpec(t, "draft.cue", draft))
			if strings.Contains(string(text), "\nworkflow:") {
				// Steps that the spec adds to a job of pipegen's look like any
				// other steps.
				said.Test.Steps, read.Test.Steps = nil, nil
			}
			// No file says that a folder is for the author's own manifests, what
			// deploy.existing has, or that lowerReleases is set.
			own := cmp.FilterPath(func(p cmp.Path) bool {
				return slices.Contains([]string{".Custom", ".Existing", ".LowerReleases"}, p.Last().String())
			}, cmp.Ignore())
			if diff := cmp.Diff(said, read, own); diff != "" {
				t.Errorf("(- spec, + draft):\n%s", diff)
			}
		})
	}
}

// requireClean requires that a draft passes check and is formatted.
func requireClean(t *testing.T, draft []byte) {
	t.Helper()
	drafttest.RequireFormatted(t, draft)
	refused, err := wholeCheck(draft)
	if err != nil || len(refused) > 0 {
		t.Fatalf("%v %v\n%s", err, refused, draft)
	}
}
