package rules_test

import (
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/build"
	"github.com/pipegen/pipegen/internal/check"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/judge"
	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/rules"
)

// factsOf is what cmd hands over, without the non-goals of the examples: those have
// tests of their own. The release of kustomize stands here a second time, so that
// compiler and facts cannot be wrong together.
func factsOf(t testing.TB, p plan.Plan) rules.Facts {
	t.Helper()
	f := judge.Facts(p)
	if f.Kustomize != "5.8.1" {
		t.Fatalf("Argo CD 3.5 renders with kustomize 5.8.1, the plan says %s", f.Kustomize)
	}
	f.NonGoals = nil
	return f
}

// renderer and read remember the last case: the next one differs in one file.
var (
	renderer = check.NewRenderer()
	read     pipeline.Texts
)

// variants are specs that no example has: each changes one by text.
var variants = map[string]struct{ of, old, new string }{
	// An App's token in a shared repository: the bump would start the pipeline.
	"single-repository-app": {"single-repository", "\tpath:       \"deploy\"\n", "\tpath:       \"deploy\"\n\tcredential: app: {clientID: \"BOT_ID\", privateKey: \"BOT_KEY\"}\n"},
	// Both at once: a bump must not start the pipeline there either.
	"single-repository-app-tags": {"single-repository", "\tbranch:     \"trunk\"\n}\n\ntest", "\tbranch:     \"trunk\"\n\treleaseTags: \"v*\"\n}\n\ngitops: credential: app: {clientID: \"BOT_ID\", privateKey: \"BOT_KEY\"}\n\ntest"},
	// The same with releases by tag.
	"single-repository-tags": {"single-repository", "\tbranch:     \"trunk\"\n}\n\ntest", "\tbranch:     \"trunk\"\n\treleaseTags: \"v*\"\n}\n\ntest"},
}

func input(t testing.TB, name string) rules.Input {
	t.Helper()
	file, v := name, variants[name]
	if v.of != "" {
		file = v.of
	}
	at := filepath.Join("../../specs", file, "pipeline.cue")
	if file == images {
		at = "testdata/images.cue"
	}
	src, err := os.ReadFile(at)
	if err != nil {
		t.Fatal(err)
	}
	text := string(src)
	if v.of != "" {
		if !strings.Contains(text, v.old) {
			t.Fatalf("variant %s changes nothing", name)
		}
		text = strings.Replace(text, v.old, v.new, 1)
	}
	_, folder, _ := strings.Cut(file, "/")
	in := inputAt(t, path.Join(folder, "pipeline.cue"), text)
	all := given(t, filepath.Dir(at))
	charts := check.NewCharts(chartsOf(in.Facts, all), func(f artifact.File) string { return "gitops:" + f.Path })
	in.Charts, in.Facts.Unseen = charts.Objects, slices.ContainsFunc(in.Facts.Environments, func(e rules.Environment) bool {
		return e.Chart != nil && (e.Chart.Folder == "" || charts.Version == "") // Helm is not installed everywhere
	})
	in.Files = append(in.Files, slices.DeleteFunc(slices.Clone(all), func(f artifact.File) bool { return strings.HasPrefix(f.Path, "charts/") })...)
	return in
}

// chartsOf are the charts of an example that Helm renders here.
func chartsOf(facts rules.Facts, all []artifact.File) []check.Chart {
	var out []check.Chart
	for _, e := range facts.Environments {
		if c := e.Chart; c != nil && c.Folder != "" {
			out = append(out, check.Chart{Overlay: e.Overlay, Live: e.Overlay + "/live", Folder: c.Folder, Values: c.Values, Images: c.Images, Release: c.Release, Namespace: e.Namespace, Files: all})
		}
	}
	return out
}

// given are the files that the author of an example has already, all in the GitOps repository.
func given(t testing.TB, example string) []artifact.File {
	t.Helper()
	root := filepath.Join(example, "given", "deployments")
	var out []artifact.File
	err := filepath.WalkDir(root, func(name string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return nil
		}
		content, err := os.ReadFile(name)
		inside, _ := filepath.Rel(root, name)
		out = append(out, artifact.File{Root: artifact.GitOps, Path: filepath.ToSlash(inside), Content: content, Owner: artifact.Seeded})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// inputOf is what a spec at the root of its repository gives.
func inputOf(t testing.TB, text string) rules.Input {
	t.Helper()
	return inputAt(t, "pipeline.cue", text)
}

func inputAt(t testing.TB, file, text string) rules.Input {
	t.Helper()
	built, found, err := build.Text(file, []byte(text), generate.Options{SpecFile: file})
	if built == nil || err != nil {
		t.Fatal(err, found)
	}
	return rules.Input{Files: nothingRecorded(built.Set.Files()), Facts: factsOf(t, built.Plan), Render: renderer.Overlays, Texts: &read}
}

// nothingRecorded leaves out the manifests, which nobody but pipegen reads.
func nothingRecorded(files []artifact.File) []artifact.File {
	return slices.DeleteFunc(files, func(f artifact.File) bool { return f.Owner == artifact.Record })
}

func specNames(t testing.TB) []string {
	t.Helper()
	found, err := filepath.Glob("../../specs/*/pipeline.cue")
	if err != nil || len(found) == 0 {
		t.Fatalf("no specs: %v", err)
	}
	out := []string{"services/catalog", "services/checkout"}
	for _, f := range found {
		out = append(out, filepath.Base(filepath.Dir(f)))
	}
	for v := range variants {
		out = append(out, v)
	}
	out = append(out, images)
	slices.Sort(out)
	return out
}

func run(t testing.TB, in rules.Input) diag.List {
	t.Helper()
	found, err := prove(in)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func show(t *testing.T, l diag.List) {
	t.Helper()
	for _, d := range l {
		t.Logf("%s:%d: %s [%s] help: %s", d.Pos.File, d.Pos.Line, d.Message, d.Code, d.Help)
	}
}

// prove reads an input and holds every rule against it.
func prove(in rules.Input) (diag.List, error) {
	c, err := rules.Read(in)
	if err != nil {
		return nil, err
	}
	return c.Prove(), nil
}
