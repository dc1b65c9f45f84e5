package generate_test

import (
	"bytes"
	"flag"
	"io"
	"io/fs"
	"log"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
	"sigs.k8s.io/kustomize/kyaml/filesys"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/check"
	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/workspace"
	"github.com/pipegen/pipegen/schema"
)

var update = flag.Bool("update", false, "write the golden trees anew")

const (
	specsDir  = "../specs"
	goldenDir = "../golden"
)

// specNames are the examples that must compile: each folder below specs with a pipeline.cue. A folder of specs is a
// repository that has a spec in each folder.
func specNames(t testing.TB) []string {
	t.Helper()
	var names []string
	for _, pattern := range []string{"*", "*/*"} {
		found, err := filepath.Glob(filepath.Join(specsDir, pattern, "pipeline.cue"))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range found {
			name, _ := filepath.Rel(specsDir, filepath.Dir(f))
			names = append(names, filepath.ToSlash(name))
		}
	}
	if len(names) == 0 {
		t.Fatal("no specs")
	}
	return names
}

// inRepository splits the name of an example into the repository and the path of the spec in it.
func inRepository(name string) (repository, file string) {
	repository, folder, _ := strings.Cut(name, "/")
	return repository, path.Join(folder, "pipeline.cue")
}

func readSpec(t testing.TB, name string) []byte {
	t.Helper()
	src, err := os.ReadFile(filepath.Join(specsDir, name, "pipeline.cue"))
	if err != nil {
		t.Fatal(err)
	}
	return src
}

// compileNamed takes an example through every stage before the disk, once for all tests: nobody may change the result.
func compileNamed(t testing.TB, name string) (schema.Spec, *artifact.Set) {
	t.Helper()
	known, _ := compiledNamed.LoadOrStore(name, sync.OnceValues(func() (schema.Spec, *artifact.Set) { return compileAnew(t, name) }))
	return known.(func() (schema.Spec, *artifact.Set))()
}

var compiledNamed sync.Map

func compileAnew(t testing.TB, name string) (schema.Spec, *artifact.Set) {
	t.Helper()
	_, file := inRepository(name)
	return compileAs(t, file, readSpec(t, name))
}

// compile does the same with the text of a spec at the root of its repository.
func compile(t testing.TB, src []byte) (schema.Spec, *artifact.Set) {
	t.Helper()
	return compileAs(t, "pipeline.cue", src)
}

func compileAs(t testing.TB, file string, src []byte) (schema.Spec, *artifact.Set) {
	t.Helper()
	loaded, found := schema.Load("pipeline.cue", src)
	if len(found) > 0 {
		t.Fatalf("Load: %v", found)
	}
	plan, found := generate.Compile(loaded.Spec, generate.Options{SpecFile: file, Kinds: criteria.ForCompile()})
	if found = avoidable(found); len(found) > 0 {
		t.Fatalf("Compile: %v", found)
	}
	set, found, err := generate.Output(plan)
	if err != nil || len(found) > 0 {
		t.Fatalf("Output: %v, %v", err, found)
	}
	return loaded.Spec, set
}

// avoidable leaves out the notices that the wait for a person has no limit, and that a key works until somebody replaces
// it, which no spec with approvals or with keys avoids.
func avoidable(found diag.List) diag.List {
	return slices.DeleteFunc(found, func(d diag.Diagnostic) bool {
		return slices.Contains([]string{"T24", "W47"}, d.Rule) && d.Severity == diag.Warning
	})
}

// rootsUnder is what "generate --out dir" takes for the repositories.
func rootsUnder(dir string, s schema.Spec) workspace.Roots {
	return workspace.Roots{
		artifact.Code:   filepath.Join(dir, path.Base(s.Source.Repository)),
		artifact.GitOps: filepath.Join(dir, path.Base(s.GitOps.Repository)),
	}
}

func TestGolden(t *testing.T) {
	specs := map[string][]string{}
	for _, name := range specNames(t) {
		repository, _ := inRepository(name)
		specs[repository] = append(specs[repository], name)
	}
	for name, specs := range specs {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(goldenDir, name)
			if *update {
				if err := os.RemoveAll(dir); err != nil {
					t.Fatal(err)
				}
			}
			want := map[string]string{}
			for _, s := range specs {
				spec, set := compileNamed(t, s)
				roots := rootsUnder(dir, spec)
				given := givenFiles(t, s)
				if *update {
					writeGolden(t, set, roots)
					if len(given) > 0 {
						if err := os.CopyFS(dir, os.DirFS(filepath.Join(specsDir, s, "given"))); err != nil {
							t.Fatal(err)
						}
					}
				}
				for name, content := range given {
					want[filepath.ToSlash(filepath.Join(dir, name))] = content
				}
				for _, f := range set.Files() {
					place := filepath.ToSlash(roots.Place(f))
					if other, shared := want[place]; shared && other != string(f.Content) {
						t.Errorf("%s gives another %s than the specs before it", s, f.Path)
					}
					want[place] = string(f.Content)
				}
			}
			if diff := cmp.Diff(readTree(t, dir), want); diff != "" {
				t.Errorf("the output of %s moved; see the difference, then run: go test ./generate -update\n%s", name, diff)
			}
		})
	}
	entries, err := os.ReadDir(goldenDir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Name() != "invalid" && specs[e.Name()] == nil {
			t.Errorf("golden/%s has no spec", e.Name())
		}
	}
}

// givenFiles are those that the author of an example has already, by their paths below the folder of both repositories.
func givenFiles(t *testing.T, name string) map[string]string {
	t.Helper()
	root := filepath.Join(specsDir, name, "given")
	out := map[string]string{}
	if _, err := os.Stat(root); err != nil {
		return out
	}
	for file, content := range readTree(t, root) {
		inside, err := filepath.Rel(root, file)
		if err != nil {
			t.Fatal(err)
		}
		out[inside] = content
	}
	return out
}

// withGiven is the output with the files that the author of an example has already.
func withGiven(t *testing.T, name string, set *artifact.Set) *artifact.Set {
	t.Helper()
	out := &artifact.Set{}
	for _, f := range set.Files() {
		if err := out.Add(f); err != nil {
			t.Fatal(err)
		}
	}
	for file, content := range givenFiles(t, name) {
		_, inside, _ := strings.Cut(filepath.ToSlash(file), "/")
		if err := out.Add(artifact.File{Root: artifact.GitOps, Path: inside, Content: []byte(content), Owner: artifact.Seeded}); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func writeGolden(t *testing.T, set *artifact.Set, roots workspace.Roots) {
	t.Helper()
	changes, err := workspace.Compare(set, roots)
	if err != nil {
		t.Fatal(err)
	}
	if err := workspace.Apply(changes, roots, false); err != nil {
		t.Fatal(err)
	}
}

func readTree(t *testing.T, dir string) map[string]string {
	t.Helper()
	tree := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		content, err := os.ReadFile(name)
		tree[filepath.ToSlash(name)] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func TestTwiceTheSameBytes(t *testing.T) {
	for _, name := range specNames(t) {
		_, first := compileNamed(t, name)
		_, again := compileAnew(t, name)
		if !reflect.DeepEqual(first.Files(), again.Files()) { // cmp takes ten times as long
			t.Errorf("%s compiles to other files the second time:\n%s", name, cmp.Diff(first.Files(), again.Files()))
		}
	}
}

func TestEveryFile(t *testing.T) {
	for _, name := range specNames(t) {
		t.Run(name, func(t *testing.T) {
			loaded, found := schema.Load("pipeline.cue", readSpec(t, name))
			if len(found) > 0 {
				t.Fatal(found)
			}
			_, set := compileNamed(t, name)
			for _, f := range set.Files() {
				assertText(t, f)
				if f.Owner == artifact.Generated && !artifact.Ours(f.Content) {
					t.Errorf("%s has no header: a second run would take it for a foreign file", f.Path)
				}
				if f.Owner == artifact.Live && artifact.Ours(f.Content) {
					t.Errorf("%s is live and says that it is generated", f.Path)
				}
				if path.Ext(f.Path) != ".yaml" {
					continue
				}
				assertYAML(t, f)
				assertOrigins(t, loaded, f)
			}
		})
	}
}

func assertText(t *testing.T, f artifact.File) {
	t.Helper()
	if !bytes.HasSuffix(f.Content, []byte("\n")) || bytes.HasSuffix(f.Content, []byte("\n\n")) {
		t.Errorf("%s does not end with one newline", f.Path)
	}
	for i, line := range bytes.Split(f.Content, []byte("\n")) {
		if n := len(line); n > 0 && (line[n-1] == ' ' || line[n-1] == '\t' || line[n-1] == '\r') {
			t.Errorf("%s:%d has a blank at its end", f.Path, i+1)
		}
	}
}

// assertYAML requires a single document without duplicate keys and unfilled holes.
func assertYAML(t *testing.T, f artifact.File) {
	t.Helper()
	dec := yaml.NewDecoder(bytes.NewReader(f.Content))
	var doc any
	if err := dec.Decode(&doc); err != nil {
		t.Errorf("%s: %v", f.Path, err)
		return
	}
	if _, ok := doc.(map[string]any); !ok {
		t.Errorf("%s holds a %T, not a mapping", f.Path, doc)
	}
	if err := dec.Decode(&doc); err != io.EOF {
		t.Errorf("%s holds more than one document", f.Path)
	}
	if bytes.Contains(f.Content, []byte("!fill")) {
		t.Errorf("%s has a hole", f.Path)
	}
}

// assertOrigins requires that each line names a place that the spec has, or could
// have: a place whose first part is no field would send the reader to line 1.
func assertOrigins(t *testing.T, loaded *schema.Loaded, f artifact.File) {
	t.Helper()
	if lines := bytes.Count(f.Content, []byte("\n")); len(f.Origins) != lines {
		t.Errorf("%s has %d lines and %d origins", f.Path, lines, len(f.Origins))
	}
	// These have defaults, so that a spec may leave the whole block out.
	optional := []string{"image", "argocd"}
	for i, origin := range f.Origins {
		if origin == "" {
			continue
		}
		top, _, _ := strings.Cut(origin, ".")
		if pos := loaded.Locate(origin); pos.Line == 1 && !slices.Contains(optional, top) {
			t.Errorf("%s:%d stems from %q, which lies nowhere in the spec", f.Path, i+1, origin)
		}
	}
}

// TestToolsAcceptTheOutput: all tools read the output of each spec, shellcheck where it is installed.
func TestToolsAcceptTheOutput(t *testing.T) {
	_, missing := exec.LookPath("shellcheck")
	for _, name := range specNames(t) {
		_, set := compileNamed(t, name)
		result, err := check.Run(withGiven(t, name, set).Files(), func(f artifact.File) string { return f.Path })
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range result.Findings {
			t.Errorf("%s: %s: %s %v", name, d.Code, d.Message, d.Notes)
		}
		if len(result.Skipped) > 0 && missing == nil {
			t.Errorf("%s: not checked: %v", name, result.Skipped)
		}
	}
}

func TestOverlaysBuildInSilence(t *testing.T) {
	for _, name := range specNames(t) {
		t.Run(name, func(t *testing.T) {
			spec, set := compileNamed(t, name)
			overlays := 0
			set = withGiven(t, name, set)
			for _, f := range set.Files() {
				dir := path.Dir(f.Path)
				if f.Owner == artifact.Seeded || path.Base(f.Path) != "kustomization.yaml" || path.Base(path.Dir(dir)) != "overlays" {
					continue
				}
				overlays++
				first, warnings := build(t, set, dir)
				if warnings != "" {
					t.Errorf("%s: kustomize says %q", dir, warnings)
				}
				if again, _ := build(t, set, dir); !bytes.Equal(first, again) {
					t.Errorf("%s is another one the second time", dir)
				}
			}
			want := len(spec.Environments)
			for _, e := range spec.Environments {
				for _, c := range e.Value.Clusters {
					if c.Value.Differs() {
						want++
					}
				}
			}
			if spec.Previews != nil {
				want++
			}
			if overlays != want {
				t.Errorf("%d overlays for %d environments, and previews %t", overlays, len(spec.Environments), spec.Previews != nil)
			}
		})
	}
}

// build renders an overlay and returns it with the warnings of kustomize.
func build(t *testing.T, set *artifact.Set, dir string) (rendered []byte, warnings string) {
	t.Helper()
	fsys := filesys.MakeFsInMemory()
	for _, f := range check.Readable(set.Files()) {
		if f.Root == artifact.GitOps {
			if err := fsys.WriteFile("/"+f.Path, f.Content); err != nil {
				t.Fatal(err)
			}
		}
	}
	side, err := os.Create(filepath.Join(t.TempDir(), "stderr"))
	if err != nil {
		t.Fatal(err)
	}
	defer side.Close()
	stderr, stdout, logged := os.Stderr, os.Stdout, log.Writer()
	os.Stderr, os.Stdout = side, side
	log.SetOutput(side)
	objects, err := check.Build(fsys, dir)
	os.Stderr, os.Stdout = stderr, stdout
	log.SetOutput(logged)
	if err != nil {
		t.Fatal(err)
	}
	if rendered, err = objects.AsYaml(); err != nil {
		t.Fatal(err)
	}
	said, err := os.ReadFile(side.Name())
	if err != nil {
		t.Fatal(err)
	}
	return rendered, string(said)
}

// TestBumpIsKept writes the new image where CI does and as "kustomize edit set
// image" does, and compares.
func TestBumpIsKept(t *testing.T) {
	const digest = "sha256:8f7c3a8e1b2d4c5f60718293a4b5c6d7e8f90123456789abcdef0123456789ab"
	for _, name := range specNames(t) {
		t.Run(name, func(t *testing.T) {
			spec, set := compileNamed(t, name)
			roots := rootsUnder(t.TempDir(), spec)
			changes, err := workspace.Compare(set, roots)
			if err != nil {
				t.Fatal(err)
			}
			if err := workspace.Apply(changes, roots, false); err != nil {
				t.Fatal(err)
			}
			bumped := &artifact.Set{}
			bumps := 0
			for _, f := range set.Files() {
				if f.Owner == artifact.Live && path.Base(f.Path) == "kustomization.yaml" {
					f.Content = bump(t, f.Content, digest)
					bumps++
					if err := os.WriteFile(roots.Place(f), f.Content, 0o644); err != nil {
						t.Fatal(err)
					}
				}
				if err := bumped.Add(f); err != nil {
					t.Fatal(err)
				}
			}
			if bumps != len(spec.Environments) {
				t.Fatalf("%d live images for %d environments", bumps, len(spec.Environments))
			}
			changes, err = workspace.Compare(set, roots)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range changes {
				want := workspace.Unchanged
				switch c.File.Owner {
				case artifact.Live:
					want = workspace.Live
				case artifact.Seeded:
					want = workspace.Seeded
				}
				if c.Status != want {
					t.Errorf("%s is %s after a bump, want %s", c.File.Path, c.Status, want)
				}
			}
			overlay := path.Join(path.Clean(spec.GitOps.Path), spec.Name, "overlays", spec.Environments[0].ID)
			rendered, warnings := build(t, withGiven(t, name, bumped), overlay)
			// What a chart renders is no part of the overlay; internal/check renders it.
			chart := slices.ContainsFunc(spec.Workloads, func(w schema.Named[schema.Workload]) bool { return w.Value.Own != nil && w.Value.Own.Helm != nil })
			if want := spec.Images[0].Value.Registry + "/" + spec.Images[0].Value.Name + ":main-0123abc@" + digest; !chart && !bytes.Contains(rendered, []byte("image: "+want+"\n")) {
				t.Errorf("the overlay does not run %s:\n%s", want, rendered)
			}
			if warnings != "" {
				t.Errorf("kustomize says %q", warnings)
			}
		})
	}
}

// bump replaces the values of newTag and digest.
func bump(t *testing.T, content []byte, digest string) []byte {
	t.Helper()
	lines := strings.Split(string(content), "\n")
	n := 0
	for i, l := range lines {
		key := strings.TrimLeft(l, " -")
		switch indent := l[:len(l)-len(key)]; {
		case strings.HasPrefix(key, "newTag:"):
			lines[i] = indent + "newTag: main-0123abc"
			n++
		case strings.HasPrefix(key, "digest:"):
			lines[i] = indent + "digest: " + digest
			n++
		}
	}
	if want := 2 * strings.Count(string(content), "newName:"); n != want {
		t.Fatalf("a bump changes %d lines, not %d:\n%s", n, want, content)
	}
	return []byte(strings.Join(lines, "\n"))
}
