package rules_test

import (
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/check"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/rules"
)

// edited returns the input with the content of one file replaced.
func edited(in rules.Input, i int, content []byte) rules.Input {
	in.Files = slices.Clone(in.Files)
	in.Files[i].Content, in.Files[i].Origins = content, nil
	return in
}

// TestBrokenYAML cuts and damages each file: what is no YAML gives one diagnostic,
// at its line, and nothing else.
func TestBrokenYAML(t *testing.T) {
	in := input(t, agent)
	for i, f := range in.Files {
		if path.Ext(f.Path) != ".yaml" {
			continue
		}
		content := append(slices.Clone(f.Content), []byte("\t- : [\n")...)
		found := run(t, edited(in, i, content))
		if len(found) != 1 {
			t.Errorf("%s: %d diagnostics for one damage", f.Path, len(found))
			continue
		}
		d := found[0]
		if !strings.HasSuffix(d.Pos.File, f.Path) || d.Pos.Line == 0 || d.Help == "" || d.Code != diag.Overlay && d.Code != diag.Workflow {
			t.Errorf("%s: %+v", f.Path, d)
		}
	}
}

// TestOddFiles are whole files that a person, or a tool, might leave behind.
func TestOddFiles(t *testing.T) {
	odd := []string{
		"", "\n", "null\n", "[]\n", "- a\n- b\n", "text\n", "{}\n", "---\n---\n", "a: &a [*a]\n", "a: &a {b: *a}\n", "? [a]\n: b\n",
		"jobs:\n", "jobs: []\n", "jobs: {a: null, b: [], c: {steps: {}}, d: {steps: [null, 1, []], needs: {x: y}}}\n",
		"on: [push, 1, null]\njobs: {a: {needs: a, steps: [{run: 'kustomize edit set image $(', uses: 1}]}}\n",
		"jobs: {a: {needs: b, outputs: {x: '${{ needs.b.outputs.x }}'}}, b: {needs: a, outputs: {x: '${{ needs.a.outputs.x }}'}, steps: [{env: {D: '${{ needs.a.outputs.x }}'}, run: git push}]}}\n",
		"resources: [., .., ../.., base]\n", "components: live\nimages: {a: b}\n", "images: [1, null, {name: [a]}]\n",
		"\xff\xfe", "a: !!binary x\n", "a: !!int [1]\n", strings.Repeat("[", 2000), "a: 'x\n", "<<: 1\n", "x: &x\n  y: 1\nz:\n  <<: *x\n",
	}
	in := input(t, agent)
	for i := range in.Files {
		for _, content := range odd {
			run(t, edited(in, i, []byte(content)))
		}
	}
}

// TestAFileLess leaves out each file: something must be missing then.
func TestAFileLess(t *testing.T) {
	for _, spec := range []string{agent, two} {
		in := input(t, spec)
		for i, f := range in.Files {
			less := in
			less.Files = slices.Delete(slices.Clone(in.Files), i, i+1)
			found := run(t, less)
			// Whether a text or a rollback is there is for drift to say; what a live
			// folder lacks the first deploy writes.
			if len(found) == 0 && path.Ext(f.Path) == ".yaml" && path.Base(f.Path) != "rollback.yaml" {
				t.Errorf("%s: nothing is said without %s", spec, f.Path)
			}
		}
	}
}

// TestNothingAtAll proves an output that does not exist.
func TestNothingAtAll(t *testing.T) {
	run(t, rules.Input{Render: renderer.Overlays})
	run(t, rules.Input{Render: renderer.Overlays, Facts: input(t, two).Facts})
	if _, err := prove(rules.Input{}); err == nil {
		t.Error("without Render nothing can be proven, and Run says nothing")
	}
}

// assertTold requires of a finding one line, a place, a remedy, and in the message
// the place that disagrees.
func assertTold(t *testing.T, d diag.Diagnostic) {
	t.Helper()
	if d.Pos.File == "" || d.Pos.Line == 0 || d.Help == "" {
		t.Errorf("without a place or a remedy: %+v", d)
	}
	if strings.ContainsAny(d.Message+d.Help, "\n\x00") {
		t.Errorf("not one line of text: %q, %q", d.Message, d.Help)
	}
	if len(d.Notes) > 0 {
		if n := d.Notes[0].Pos; !strings.Contains(d.Message, n.File+":") {
			t.Errorf("the message does not name %s:%d: %s", n.File, n.Line, d.Message)
		}
		return
	}
	// These may have no second place: a sample that is no digest, rights at the top,
	// a key or an overlay that the spec does not know, a push without an edit, a right of
	// a pod or its account, a probe that is missing, a trigger for foreign code, an image without a digest,
	// a field that its kind does not have.
	if !slices.Contains([]diag.Code{"x28", "w16", "x10", "x13", "x01", "x26", "w22", "k10", "k13", "k35", "s04"}, d.Code) {
		t.Errorf("one place only: %+v", d)
	}
}

// TestOrigin leads a finding in generated content to the spec.
func TestOrigin(t *testing.T) {
	in := input(t, agent)
	in.Facts.Workloads[0].Port = 9999
	for _, d := range run(t, in) {
		if d.Code == "x19" && d.Path == "deploy.port" {
			return
		}
	}
	t.Error("no finding names deploy.port")
}

func FuzzRun(f *testing.F) {
	in := input(f, agent)
	for i, file := range in.Files {
		f.Add(i, file.Content)
	}
	f.Add(0, []byte("a: &a [*a]"))
	// kustomize's own strength is not what is tried here, and it takes its time.
	objects, err := check.Render(in.Files, in.Facts.Environments[0].Overlay)
	if err != nil {
		f.Fatal(err)
	}
	in.Render = func([]artifact.File) func(string) ([]pipeline.Rendered, error) {
		return func(string) ([]pipeline.Rendered, error) { return objects, nil }
	}
	f.Fuzz(func(t *testing.T, i int, content []byte) {
		i = max(i, 0) % len(in.Files)
		if _, err := prove(edited(in, i, content)); err != nil {
			t.Fatal(err)
		}
	})
}

func BenchmarkRun(b *testing.B) {
	for _, spec := range []string{agent, two} {
		in := input(b, spec)
		objects := map[string][]pipeline.Rendered{}
		for _, e := range in.Facts.Environments {
			out, err := check.Render(in.Files, e.Overlay)
			if err != nil {
				b.Fatal(err)
			}
			objects[e.Overlay] = out
		}
		in.Render = func(files []artifact.File) func(string) ([]pipeline.Rendered, error) {
			return check.NewRenderer().Overlays(files)
		}
		b.Run(spec+"/with kustomize", func(b *testing.B) {
			for b.Loop() {
				run(b, in)
			}
		})
		in.Render = func([]artifact.File) func(string) ([]pipeline.Rendered, error) {
			return func(overlay string) ([]pipeline.Rendered, error) { return objects[overlay], nil }
		}
		b.Run(spec+"/without", func(b *testing.B) {
			for b.Loop() {
				run(b, in)
			}
		})
	}
}

// TestSharedScript finds in each job that shares a script what is wrong in the script, in
// the line in which it is written.
func TestSharedScript(t *testing.T) {
	in := input(t, two)
	i := slices.IndexFunc(in.Files, func(f artifact.File) bool { return f.Path == ci })
	before, script, ok := strings.Cut(string(in.Files[i].Content), "run: &deploy |\n")
	const write = `>"${LIVE}/source-commit"`
	if !ok || strings.Count(script, write) != 1 || strings.Count(script, "run: *deploy\n") != 1 {
		t.Fatal("the deploys to staging and production run one script, which is written once")
	}
	edit, _, _ := strings.Cut(script, "kustomize edit set image")
	line := 2 + strings.Count(before+edit, "\n")
	content := before + "run: &deploy |\n" + strings.Replace(script, write, ">/dev/null", 1)
	jobs := map[string]bool{}
	for _, d := range run(t, edited(in, i, []byte(content))) {
		if d.Code == "x25" && d.Pos.Line == line {
			jobs[strings.Fields(d.Message)[1]] = true
		}
	}
	if !jobs["deploy-staging"] || !jobs["deploy-production"] || len(jobs) != 2 {
		t.Errorf("line %d: %v", line, jobs)
	}
}

// TestSecretBehindAnAlias: a job that takes a secret from another one's variables reads it.
func TestSecretBehindAnAlias(t *testing.T) {
	in := input(t, two)
	i := slices.IndexFunc(in.Files, func(f artifact.File) bool { return f.Path == ci })
	content := string(in.Files[i].Content)
	at := strings.Index(content, "\n  test:\n") + len("\n  test:\n")
	from := "  one:\n    environment: production\n    runs-on: ubuntu-24.04\n    env: &env {TOKEN: '${{ secrets.TOKEN }}'}\n    steps: [{run: echo}]\n"
	content = content[:at-len("  test:\n")] + from + "  test:\n    env: *env\n" + content[at:]
	line := 1 + strings.Count(content[:strings.Index(content, "&env")], "\n")
	found := run(t, edited(in, i, []byte(content)))
	if !slices.ContainsFunc(found, func(d diag.Diagnostic) bool { return d.Code == "w21" && d.Pos.Line == line }) {
		t.Errorf("no W21 in line %d: %v", line, found)
	}
}
