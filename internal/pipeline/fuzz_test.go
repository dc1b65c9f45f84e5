package pipeline_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/check"
	"github.com/pipegen/pipegen/internal/pipeline"
)

var render = check.NewRenderer().Overlays

// laughs is a short text whose aliases expand to a billion values.
var laughs = func() string {
	text := "on: push\njobs:\n  a0: &a0 {steps: [{run: ha}]}\n"
	for i := range 9 {
		one := fmt.Sprintf("*a%d", i)
		text += fmt.Sprintf("  a%d: &a%d [%s]\n", i+1, i+1, strings.Repeat(one+", ", 9)+one)
	}
	return text
}()

// TestExpansionEnds refuses a workflow that would be too large with its aliases written out.
func TestExpansionEnds(t *testing.T) {
	for _, text := range []string{laughs, "jobs: &j\n  a: *j\n", "jobs: &j {a: {steps: [*j]}}\n"} {
		f := pipeline.Parse(artifact.File{Root: artifact.Code, Path: ".github/workflows/ci.yaml", Content: []byte(text)}, "ci.yaml")
		if f.Fault == "" || len(f.Docs) > 0 {
			t.Errorf("%q was read", text)
		}
	}
}

// TestSharedScript: two jobs that share a script run it, and its lines are where it is
// written.
func TestSharedScript(t *testing.T) {
	const text = `on: push
jobs:
  a:
    env: &env
      TOKEN: ${{ secrets.TOKEN }}
    steps:
      - run: &push |
          cd x

          git push
  b:
    env: *env
    steps:
      - run: *push
      - env: *env
        run: *push
`
	m := pipeline.Of([]*pipeline.File{pipeline.Parse(artifact.File{Root: artifact.Code, Path: ".github/workflows/ci.yaml", Content: []byte(text)}, "ci.yaml")}, render)
	for _, j := range m.Workflows[0].Jobs {
		commands := j.Commands()
		last := commands[len(commands)-1]
		if got := strings.Join(last.Words, " "); got != "git push" || last.At().Line != 10 {
			t.Errorf("%s: %q in line %d", j.ID, got, last.At().Line)
		}
		var secrets []int
		j.Scalars(func(n pipeline.Node) {
			if strings.Contains(n.Text(), "secrets.") {
				secrets = append(secrets, n.At().Line)
			}
		})
		if !slices.Equal(secrets, []int{5}) {
			t.Errorf("%s reads secrets in the lines %d", j.ID, secrets)
		}
	}
}

// FuzzRead reads arbitrary text as each kind of file. Whatever it is, reading ends,
// and every place that comes out lies in its file.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		"", laughs, "jobs: {a: {steps: [{run: &x 'git push'}]}, b: {steps: [{run: *x}]}}", "jobs: {a: {steps: &s [{run: *s}]}}", "run: *none",
		"a: &a [*a]", "a: &a {<<: *a}", "&a a: *a", "? [", "on: push\njobs: {x: {steps: [{run: 'kustomize edit set image a=b:c'}]}}",
		"resources:\n- ../..\n- https://example.org/x\n- .\n", "kind: Component\nresources: [.]", "bases: [../x]\nimages: [{name: a}]",
		"apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec: {source: {path: .}}", "\xff\xfe", "\xef\xbb\xbfa: b", "--- \n...\n---", strings.Repeat("[", 500),
		"env: {A: '${{ env.A }}${{ env.A }}'}\njobs: {a: {steps: [{run: 'a=x${{ env.A }}; a=$a$a; a=$a$a; echo $a'}]}}",
		"on: {push: {branches: [main]}}\njobs: {a: {if: \"((((\", steps: [{run: \"a() { $( $( ` \"}]}}",
	} {
		f.Add(seed, seed)
	}
	f.Fuzz(func(t *testing.T, workflow, manifest string) {
		m := pipeline.Of([]*pipeline.File{
			pipeline.Parse(artifact.File{Root: artifact.Code, Path: ".github/workflows/ci.yaml", Content: []byte(workflow)}, "ci.yaml"),
			pipeline.Parse(artifact.File{Root: artifact.GitOps, Path: "app/overlays/x/kustomization.yaml", Content: []byte(manifest)}, "kustomization.yaml"),
			pipeline.Parse(artifact.File{Root: artifact.GitOps, Path: "app/base/all.yaml", Content: []byte(manifest)}, "all.yaml"),
		}, nil)
		for _, w := range m.Workflows {
			for _, j := range w.Jobs {
				pipeline.May(j.Get("if").Text(), pipeline.Event{Name: "push", Ref: "refs/heads/main"})
				for _, c := range j.Commands() {
					if at := c.At(); at.Line < 1 || at.Line > strings.Count(workflow, "\n")+strings.Count(workflow, "\r")+2 {
						t.Errorf("a command in line %d of %q", at.Line, workflow)
					}
				}
			}
		}
		for _, b := range m.Builds() {
			b.References()
			b.Platforms()
		}
		for _, target := range m.Targets {
			m.Programs(target)
		}
	})
}

func TestMay(t *testing.T) {
	pull := pipeline.Event{Name: "pull_request", Ref: "refs/pull/7/merge"}
	push := pipeline.Event{Name: "push", Ref: "refs/heads/main"}
	tag := pipeline.Event{Name: "push", Ref: "refs/tags/v1.2.3"}
	for _, c := range []struct {
		condition string
		event     pipeline.Event
		want      pipeline.Truth
	}{
		{"", pull, pipeline.Yes},
		{"github.event_name == 'push'", pull, pipeline.No},
		{"${{ github.event_name == 'push' }}", push, pipeline.Yes},
		{"github.ref == 'refs/heads/main' && github.event_name != 'pull_request'", push, pipeline.Yes},
		{"github.ref == 'refs/heads/main' && github.event_name != 'pull_request'", pull, pipeline.No},
		{"!(github.event_name == 'pull_request')", pull, pipeline.No},
		{"github.event_name == 'push' || github.event_name == 'pull_request'", pull, pipeline.Yes},
		{"startsWith(github.ref, 'refs/tags/')", tag, pipeline.Yes},
		{"startsWith(github.ref, 'refs/tags/')", push, pipeline.No},
		{"github.ref_type == 'tag'", tag, pipeline.Yes},
		{"github.ref_name == 'main'", push, pipeline.Yes},
		{"always()", pull, pipeline.Yes},
		{"failure()", pull, pipeline.Unsure},
		{"needs.changes.outputs.code == 'true'", push, pipeline.Unsure},
		{"needs.changes.outputs.code == 'true' && github.event_name == 'push'", pull, pipeline.No},
		{"contains(github.event.pull_request.labels.*.name, 'deploy')", pull, pipeline.Unsure},
		{"contains(fromJSON('[1]'), github.ref) || false", pull, pipeline.Unsure},
		{"github.base_ref == ''", push, pipeline.Yes},
		{"'it''s' == 'IT''S'", push, pipeline.Yes},
		{"((", push, pipeline.Unsure},
		{"github.event_name ==", push, pipeline.Unsure},
		{"${{ false }} text", push, pipeline.Unsure},
		{strings.Repeat("!", 5000) + "true", push, pipeline.Unsure},
	} {
		if got := pipeline.May(c.condition, c.event); got != c.want {
			t.Errorf("%q for %v: %v, want %v", c.condition, c.event, got, c.want)
		}
	}
}

// TestBounds: what is too large, too deep or no file is passed over and named.
func TestBounds(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("plain.yaml", "kind: Service")
	write("large.yaml", strings.Repeat("#", 1<<20+1))
	write(strings.Repeat("d/", 16+2)+"deep.yaml", "a: b")
	write(".git/config.yaml", "a: b")
	write("bomb.yaml", "a: &a [1,1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]")
	write("loop.yaml", "a: &a {b: *a}")
	write("deep.yaml", strings.Repeat("[", 1000)+strings.Repeat("]", 1000))
	outside := filepath.Join(t.TempDir(), "secret.yaml")
	if err := os.WriteFile(outside, []byte("kind: Secret"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(dir, "link.yaml")); err != nil {
		t.Skip(err)
	}
	m, err := pipeline.Read(dir, dir, render)
	if err != nil {
		t.Fatal(err)
	}
	read, faults := map[string]bool{}, 0
	for _, f := range m.Files {
		read[f.Path] = true
		if f.Fault != "" {
			faults++
		}
	}
	if !read["plain.yaml"] || read["large.yaml"] || read["link.yaml"] || read[".git/config.yaml"] {
		t.Errorf("read: %v", read)
	}
	if faults != 3 {
		t.Errorf("%d files have faults, want bomb.yaml, loop.yaml and deep.yaml", faults)
	}
	// Both roots are this folder: what is too deep is met twice.
	if len(m.Skipped) != 4 {
		t.Errorf("skipped: %v", m.Skipped)
	}
	if !m.Together {
		t.Error("one folder is one repository")
	}
}

// TestNothingForeign: kustomize is never handed a tree in which it would look for
// something elsewhere.
func TestNothingForeign(t *testing.T) {
	for _, kustomization := range []string{
		"resources: [https://example.org/all.yaml]", "resources: [../nowhere]", "resources: ['github.com/acme/base?ref=v1']", "bases: [git@example.org:a/b]",
		"components: [missing]", "patches: [{path: https://example.org/p.yaml}]", "patchesStrategicMerge: [missing.yaml]", "configMapGenerator: [{name: a, files: [k=https://example.org/x]}]",
		"secretGenerator: [{name: a, envs: [missing.env]}]", "generators: [g.yaml]", "generators: [{kind: ksops}]", "transformers: [t.yaml]", "helmCharts: [{name: a, repo: https://example.org}]",
		"openapi: {path: missing.json}", "replacements: [{path: missing.yaml}]", "crds: [missing.yaml]",
	} {
		called := false
		m := pipeline.Of([]*pipeline.File{pipeline.Parse(artifact.File{Root: artifact.GitOps, Path: "app/kustomization.yaml", Content: []byte(kustomization)}, "k")},
			func([]artifact.File) func(string) ([]pipeline.Rendered, error) { called = true; return nil })
		if called || len(m.Targets) != 1 || m.Targets[0].Fault == "" {
			t.Errorf("%s is handed to kustomize", kustomization)
		}
	}
}
