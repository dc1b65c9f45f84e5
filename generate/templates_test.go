package generate_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/pins"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
	"github.com/pipegen/pipegen/templates"
)

// at returns the object at a path of keys, which it makes where they are missing.
func at(base tree, keys ...string) tree {
	for _, k := range keys {
		next, ok := base[k].(tree)
		if !ok {
			next = tree{}
			base[k] = next
		}
		base = next
	}
	return base
}

var outputs map[string]*artifact.Set

// toolchains are those of each language that differ in their steps.
var toolchains = map[string][]tree{
	"go":     {{}},
	"node":   {{}, {"packageManager": "pnpm"}, {"packageManager": "yarn"}},
	"java":   {{}, {"packageManager": "gradle"}},
	"rust":   {{}, {"version": "1.95.0"}},
	"dotnet": {{}},
	"php":    {{}},
	"ruby":   {{}},
}

// everyOutput compiles the specs, the bases, and variants of these for output that they do not have. It does so once,
// since several tests use the result.
func everyOutput(t *testing.T) map[string]*artifact.Set {
	t.Helper()
	if outputs != nil {
		return outputs
	}
	out := map[string]*artifact.Set{}
	for _, name := range specNames(t) {
		_, out[name] = compileNamed(t, name)
	}
	tagged := strings.Replace(string(readSpec(t, "go-release")), "image: {", "image: {\n\tcontext: \"services/ledger\"", 1)
	_, out["tags in a folder"] = compileAs(t, "services/ledger/pipeline.cue", []byte(tagged))
	variant := func(name, base string, change func(tree)) {
		spec := readBase(t, base)
		change(spec)
		out[name] = render(t, spec)
	}
	for _, name := range bases {
		variant(name, name, func(tree) {})
	}
	for _, manager := range []string{"poetry", "uv", "pip", "pipenv"} {
		python := func(s tree) {
			p := at(s, "test", "python")
			p["packageManager"] = manager
			if manager != "pip" {
				delete(p, "requirements")
			}
		}
		variant(manager, "python", python)
		variant(manager+" with coverage", "python", func(s tree) {
			python(s)
			at(s, "criteria")["qacov"] = tree{"statement": "qacov", "coverage": tree{"atLeast": 80}}
		})
	}
	for language, of := range toolchains {
		for i, toolchain := range of {
			with := func(s tree) { s["test"] = tree{language: toolchain} }
			variant(fmt.Sprint(language, i), "python", with)
			variant(fmt.Sprint(language, i, " with coverage"), "python", func(s tree) {
				with(s)
				at(s, "criteria")["qacov"] = tree{"statement": "qacov", "coverage": tree{"atLeast": 80}}
			})
		}
	}
	for _, format := range []string{"cobertura", "go", "jacoco", "lcov"} {
		variant(format, "steps", func(s tree) { at(s, "test", "report")["format"] = format })
	}
	variant("one repository", "steps", func(s tree) {
		at(s, "gitops")["repository"] = "qaorg/qarepo"
		delete(at(s, "gitops"), "credential")
		delete(at(s, "gitops"), "write")
	})
	variant("one repository, by branch", "python", func(s tree) {
		at(s, "gitops")["repository"] = "qaorg/qarepo"
		delete(at(s, "gitops"), "credential")
	})
	variant("no smoke test", "python", func(s tree) { at(s, "image")["smokeTest"] = false })
	variant("a pod of one node", "pods", func(s tree) {
		at(s, "workloads", "qaremote", "placement")["apart"] = "require"
	})
	variant("news for Teams", "pods", func(s tree) { at(s, "workflow", "notify")["as"] = "teams" })
	variant("no way in", "steps", func(s tree) { at(s, "environments", "qastage")["route"] = tree{"none": true} })
	outputs = out
	return out
}

func templateFiles(t *testing.T, ext string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := fs.WalkDir(templates.Files, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || path.Ext(name) != ext {
			return err
		}
		text, err := fs.ReadFile(templates.Files, name)
		out[name] = string(text)
		return err
	})
	if err != nil || len(out) == 0 {
		t.Fatalf("no %s in the templates: %v", ext, err)
	}
	return out
}

func TestFragmentsParse(t *testing.T) {
	for name, text := range templateFiles(t, ".yaml") {
		f, err := yamldoc.Parse(name, []byte(text), yamldoc.Indented)
		if err != nil {
			t.Error(err)
			continue
		}
		if tags := strings.Count(text, "!fill"); tags != len(f.Holes()) {
			t.Errorf("%s: %d of %d holes have a name", name, len(f.Holes()), tags)
		}
	}
}

// TestEveryTemplateIsUsed looks in the outputs for each line of a template that has no hole: a line that is nowhere is
// dead text.
func TestEveryTemplateIsUsed(t *testing.T) {
	written := map[string]bool{}
	for _, set := range everyOutput(t) {
		for _, f := range set.Files() {
			for line := range strings.Lines(string(f.Content)) {
				written[strings.TrimPrefix(strings.TrimSpace(line), "run: ")] = true
			}
		}
	}
	for _, ext := range []string{".yaml", ".sh"} {
		for name, text := range templateFiles(t, ext) {
			if strings.HasPrefix(name, "starter/") {
				continue // init's, with tests of its own
			}
			constant := 0
			for line := range strings.Lines(text) {
				line = strings.TrimSpace(line)
				if line == "" || strings.Contains(line, "!fill") {
					continue
				}
				constant++
				if !written[line] {
					t.Errorf("%s: no output has its line %q", name, line)
				}
			}
			if constant == 0 && !strings.Contains(usesOfHoles, name) {
				t.Errorf("%s has no constant line by which its use can be seen", name)
			}
		}
	}
}

// usesOfHoles are fragments in which every line has a hole. They are found in the
// sources of this package.
var usesOfHoles = strings.Join([]string{
	"argocd/destination.yaml", "argocd/destination-named.yaml", "argocd/element.yaml", "argocd/element-file.yaml", "argocd/kind.yaml", "github/leg.yaml", "github/step-run.yaml", "github/step-uses.yaml", "github/extra-job.yaml", "github/env.yaml", "kustomize/env.yaml",
	"kustomize/live-image.yaml", "kustomize/own-image.yaml", "kustomize/pull-secret.yaml", "kustomize/replicas.yaml", "kustomize/resources.yaml", "kustomize/volume-mount.yaml", "kustomize/overlay-container.yaml", "kustomize/egress-ports.yaml",
	"kustomize/files-configmap.yaml", "kustomize/files-literal.yaml", "kustomize/files-options.yaml", "kustomize/pace.yaml", "kustomize/pace-policy.yaml", "kustomize/volume-item.yaml",
	"kustomize/ask-exec.yaml", "kustomize/ask-grpc.yaml", "kustomize/ask-http.yaml", "kustomize/ask-open.yaml", "kustomize/dns.yaml", "kustomize/dns-option.yaml", "kustomize/host-alias.yaml",
	"kustomize/ingress-tls.yaml", "kustomize/toleration.yaml", "kustomize/trigger.yaml", "kustomize/trigger-secret.yaml", "github/attest-job.yaml", "github/changes.yaml", "github/codecov.yaml",
	"kustomize/role-rule.yaml", "kustomize/overlay-pod.yaml", "kustomize/overlay-program.yaml", "kustomize/overlay-spec.yaml", "kustomize/pod-affinity.yaml", "github/find.yaml", "github/measure.yaml", "github/schedule.yaml", "github/test.yaml",
	"argocd/preview-token.yaml", "github/copy.yaml", "github/preview-build.yaml", "kustomize/preview-image.yaml", "kustomize/rule-group.yaml", "kustomize/secretproviderclass-key.yaml",
}, " ")

func TestFragmentsOfHolesAreUsed(t *testing.T) {
	sources, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var code strings.Builder
	for _, name := range sources {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		code.Write(text)
	}
	for name := range strings.FieldsSeq(usesOfHoles) {
		if !strings.Contains(code.String(), `"`+strings.TrimSuffix(name, ".yaml")+`"`) {
			t.Errorf("no source of this package fills %s", name)
		}
	}
}

// workflows are those of a set.
func workflows(t *testing.T, set *artifact.Set) []artifact.File {
	t.Helper()
	var out []artifact.File
	for _, f := range set.Files() {
		if path.Dir(f.Path)+"/" == plan.WorkflowsFolder && path.Ext(f.Path) == ".yaml" {
			out = append(out, f)
		}
	}
	if len(out) == 0 {
		t.Fatal("there is no workflow")
	}
	return out
}

// TestScriptsAreClean runs shellcheck on each script as a workflow has it, joined with others and with the options with
// which GitHub starts bash.
func TestScriptsAreClean(t *testing.T) {
	if _, err := exec.LookPath("shellcheck"); err != nil {
		t.Skip("shellcheck is not installed")
	}
	dir := t.TempDir()
	origin := map[string]string{}
	seen := map[string]bool{}
	args := []string{"--norc", "--format=gcc", "--shell=bash", "--exclude=SC1091,SC2043,SC2050,SC2153,SC2154,SC2157,SC2194"}
	for name, set := range everyOutput(t) {
		for _, f := range workflows(t, set) {
			var w struct {
				Jobs map[string]struct{ Steps []struct{ Name, Run string } }
			}
			if err := yaml.Unmarshal(f.Content, &w); err != nil {
				t.Fatal(err)
			}
			for job, j := range w.Jobs {
				for _, step := range j.Steps {
					if step.Run == "" || seen[step.Run] {
						continue
					}
					seen[step.Run] = true
					file := filepath.Join(dir, fmt.Sprintf("%d.sh", len(seen)))
					origin[file] = fmt.Sprintf("%s, %s, job %s, step %q", name, f.Path, job, step.Name)
					if err := os.WriteFile(file, []byte("set -eo pipefail\n"+step.Run), 0o600); err != nil {
						t.Fatal(err)
					}
					args = append(args, file)
				}
			}
		}
	}
	if len(seen) < 20 {
		t.Errorf("only %d scripts", len(seen))
	}
	out, err := exec.Command("shellcheck", args...).CombinedOutput()
	if err != nil {
		said := string(out)
		for file, where := range origin {
			said = strings.ReplaceAll(said, file, where)
		}
		t.Errorf("shellcheck: %v\n%s", err, said)
	}
}

func TestPinTable(t *testing.T) {
	var table map[string]struct {
		Version, SHA    string
		Inputs, Outputs []string
	}
	src, err := templates.Files.ReadFile("actions.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(src, &table); err != nil {
		t.Fatal(err)
	}
	commit, release, name := regexp.MustCompile(`^[0-9a-f]{40}$`), regexp.MustCompile(`^v?[0-9]+(\.[0-9]+){1,2}$|^master$`), regexp.MustCompile(`^[\w.-]+(/[\w.-]+)+$`)
	by := map[string]string{}
	for action, a := range table {
		if !commit.MatchString(a.SHA) || !release.MatchString(a.Version) || !name.MatchString(action) {
			t.Errorf("%s %s is pinned to %q", action, a.Version, a.SHA)
		}
		if other, taken := by[a.SHA]; taken && repositoryOf(other) != repositoryOf(action) {
			t.Errorf("%s and %s are pinned to one commit", other, action)
		}
		by[a.SHA] = action
	}
	// Every use in the output is one of them, by its commit or, where the author wants
	// that, by a tag of its release.
	for spec, set := range everyOutput(t) {
		for _, f := range workflows(t, set) {
			uses := pins.Uses(f.Content)
			if len(uses) != strings.Count(string(f.Content), "uses: ") {
				t.Errorf("%s: a line that uses an action is not read as one", spec)
			}
			for _, u := range uses {
				a, pin := table[pins.Repository(u.Name)], u.Pin()
				switch origin := f.Origin(u.Line); {
				case strings.HasPrefix(origin, "workflow."): // pinned by the spec's author
				case pin.SHA != "":
					if a.SHA != pin.SHA || a.Version != pin.Version {
						t.Errorf("%s uses %s@%s of release %s; the table has %s of %s", spec, u.Name, pin.SHA, pin.Version, a.SHA, a.Version)
					}
				case origin != "pipegen.pins" || a.Version != pin.Version && !strings.HasPrefix(a.Version, pin.Version+"."):
					t.Errorf("%s uses %s@%s, which nobody has asked for; the table has %s", spec, u.Name, pin.Version, a.Version)
				}
			}
		}
	}
}

func repositoryOf(action string) string {
	parts := strings.SplitN(action, "/", 3)
	return strings.Join(parts[:min(2, len(parts))], "/")
}
