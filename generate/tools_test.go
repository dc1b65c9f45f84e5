package generate_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/pins"
	"github.com/pipegen/pipegen/schema"
	"github.com/pipegen/pipegen/templates"
)

var sha256Digest = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)

// TestToolTable: each tool has a release, a check of what is downloaded, and a source for both.
func TestToolTable(t *testing.T) {
	src, err := templates.Files.ReadFile("tools.json")
	if err != nil {
		t.Fatal(err)
	}
	var table map[string]struct {
		pins.Tool
		Source, Date, Evidence string
	}
	d := json.NewDecoder(strings.NewReader(string(src)))
	d.DisallowUnknownFields()
	if err := d.Decode(&table); err != nil {
		t.Fatal(err)
	}
	for name, tool := range table {
		if !strings.HasPrefix(tool.Source, "https://") || !regexp.MustCompile(`^2026-\d\d-\d\d$`).MatchString(tool.Date) || len(tool.Evidence) < 20 || tool.Version == "" {
			t.Errorf("%s lacks a source, a date, evidence or a version: %+v", name, tool)
		}
		digest := tool.Kind == pins.ImageTool || tool.Kind == pins.ArchiveTool
		if digest != sha256Digest.MatchString(tool.Digest) || digest != (tool.Checked == "") {
			t.Errorf("%s is a tool of the kind %s with the digest %q, checked by %q", name, tool.Kind, tool.Digest, tool.Checked)
		}
		forms := 0
		for _, f := range []string{tool.Image, tool.Env, tool.Action} {
			if f != "" {
				forms++
			}
		}
		if forms != 1 || (tool.Kind == pins.ImageTool) != (tool.Image != "") || (tool.Action == "") != (tool.Input == "") || (tool.Image == "") != (tool.Repository != "") {
			t.Errorf("%s is named in %d ways: %+v", name, forms, tool)
		}
		if why := pins.Malicious(name, tool.Version); why != "" {
			t.Errorf("%s %s: %s", name, tool.Version, why)
		}
	}
}

// TestToolsAgree: every other place that names a release of a tool names the one in the table.
func TestToolsAgree(t *testing.T) {
	table := generate.Tools()
	if got, want := table["kustomize"].Version, generate.Bundled("3.5"); got != want {
		t.Errorf("CI renders with kustomize %s, and Argo CD 3.5 with %s (X30)", got, want)
	}
	mod, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	// Without a toolchain, setup-go would build releases with the first release of the line, and lack all that was mended since.
	for _, line := range []string{`(?m)^go (\d+\.\d+)`, `(?m)^toolchain go(\d+\.\d+)\.[1-9]`} {
		if said := regexp.MustCompile(line).FindSubmatch(mod); said == nil || string(said[1]) != table["go"].Version {
			t.Errorf("pipegen is built with Go %s, and go.mod says %q", table["go"].Version, said)
		}
	}
	for _, manager := range managers {
		base := readBase(t, "python")
		at(base, "test", "python")["packageManager"] = manager
		delete(at(base, "test", "python"), "requirements")
		src, _ := marshal(t, base)
		loaded, found := schema.Load("pipeline.cue", src)
		if len(found) > 0 {
			t.Fatal(found)
		}
		if got := loaded.Spec.Tests[0].Value.Python.PackageManagerVersion; got != table[manager].Version {
			t.Errorf("schema/defaults.cue has %s %s, and templates/tools.json %s", manager, got, table[manager].Version)
		}
	}
}

// managers are the tools whose release test.python names.
var managers = []string{"poetry", "uv", "pipenv"}

// download is a line that brings a program in from elsewhere: an image, or
// the version of something.
var download = regexp.MustCompile(`(?i)^ *(?:- )?(?:[a-z_-]*version|[a-z-]*release|image): |^ *(?:- )?[a-z_-]+: .*@sha256:`)

// own are downloads that are no tools. The matrix has the author's releases of a language.
var own = regexp.MustCompile(`^ *(?:- )?(?:apiVersion: |engineVersion: |PIPEGEN_VERSION: |[A-Za-z_-]+: \$\{\{ matrix\.version \}\}$|version: [0-9.]+$|version: v1$|app.kubernetes.io/version)`)

// TestEveryDownloadIsInTheTable goes through all outputs: what is downloaded there is a
// tool in the table's release, or the author's.
func TestEveryDownloadIsInTheTable(t *testing.T) {
	seen := map[string]bool{}
	for spec, set := range everyOutput(t) {
		for _, f := range set.Files() {
			if ext := path.Ext(f.Path); f.Owner != artifact.Generated || ext != ".yaml" && ext != ".yml" {
				continue
			}
			found := map[int]string{}
			for _, u := range pins.ToolUses(f.Content, generate.ToolForms()) {
				found[u.Line] = u.Name
				if f.Origin(u.Line) != "" {
					continue
				}
				seen[u.Name] = true
				if want := generate.Tools()[u.Name].Pin(); u.Pin != want {
					t.Errorf("%s: %s:%d has %s %v, and the table %v", spec, f.Path, u.Line, u.Name, u.Pin, want)
				}
			}
			for i, line := range strings.Split(string(f.Content), "\n") {
				if download.MatchString(line) && !own.MatchString(line) && found[i+1] == "" && f.Origin(i+1) == "" {
					t.Errorf("%s: %s:%d downloads what is no tool of the table: %s", spec, f.Path, i+1, line)
				}
			}
		}
	}
	for name := range generate.Tools() {
		if !seen[name] && !slices.Contains(managers, name) {
			t.Errorf("no output downloads %s", name)
		}
	}
}

var (
	fetches   = regexp.MustCompile(`\bcurl\b.*https://|^ *"?https://\S+/download/|\bwget\b|\b(?:pipx|npm|go|gem|cargo) install\b|\b(?:apt|apt-get|brew|dnf) |\bdocker pull\b|\bnpx\b|\buvx\b`)
	variables = regexp.MustCompile(`\$\{([A-Z0-9]+)_VERSION\}`)
)

// TestScriptsFetchToolsOfTheTable: a script downloads only what a variable of a tool names.
func TestScriptsFetchToolsOfTheTable(t *testing.T) {
	env := []string{"PIPEGEN"} // checked with Go's checksum database
	for _, tool := range generate.Tools() {
		env = append(env, tool.Env)
	}
	scripts := 0
	for name, text := range templateFiles(t, ".sh") {
		for line := range strings.Lines(text) {
			if !fetches.MatchString(line) || strings.HasPrefix(strings.TrimSpace(line), "#") {
				continue
			}
			scripts++
			if m := variables.FindStringSubmatch(line); m == nil || !slices.Contains(env, m[1]) {
				t.Errorf("%s downloads what no tool of the table names: %s", name, line)
			}
		}
	}
	if scripts < 3 {
		t.Errorf("%d scripts download something: the search for them has lost some", scripts)
	}
}

// TestSpecChoosesTools: a release that a spec names is in each place that downloads the tool, with the line of the spec
// as its origin, and nothing else changes.
func TestSpecChoosesTools(t *testing.T) {
	other := strings.Repeat("0123456789abcdef", 4)
	for name, tool := range generate.Tools() {
		if name == "go" || slices.Contains(managers, name) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			spec, version := readSpec(t, "every-promise"), regexp.MustCompile(`\d+$`).ReplaceAllString(tool.Version, "99")
			switch name {
			case "binfmt":
				spec = readSpec(t, "go-release") // it emulates
			case "jacoco":
				spec = []byte(strings.Replace(string(readSpec(t, "gradle-service")), `packageManager: "gradle"`, `packageManager: "maven"`, 1))
			case "helm":
				spec = readSpec(t, "own-helm")
			case "oras":
				spec = readSpec(t, "tag-to-production") // it copies images
			case "curl":
				spec = readSpec(t, "fastapi-agent") // it has no image of its own for the smoke Job
			case "kustomize":
				spec, version = readSpec(t, "single-repository"), generate.Bundled("3.1")
			}
			_, before := compile(t, spec)
			digest := ""
			if tool.Digest != "" {
				digest = fmt.Sprintf(", digest: %q", "sha256:"+other)
			}
			_, after := compile(t, fmt.Appendf(spec, "\npipegen: tools: %s: {version: %q%s}\n", name, version, digest))
			uses := 0
			for _, f := range after.Files() {
				old, _ := before.Lookup(f.Root, f.Path)
				for _, u := range pins.ToolUses(f.Content, generate.ToolForms()) {
					if u.Name != name || f.Owner != artifact.Generated {
						continue
					}
					uses++
					if u.Version != version || tool.Digest != "" && u.SHA != "sha256:"+other || f.Origin(u.Line) != "pipegen.tools."+name {
						t.Errorf("%s:%d: %v from %q", f.Path, u.Line, u.Pin, f.Origin(u.Line))
					}
				}
				bare := func(content []byte) string {
					s := string(content)
					for _, p := range [][2]string{{version, tool.Version}, {other, strings.TrimPrefix(tool.Digest, "sha256:")}} {
						s = strings.ReplaceAll(s, p[0], p[1])
					}
					return s
				}
				if f.Owner == artifact.Generated && bare(f.Content) != bare(old.Content) {
					t.Errorf("%s changes in more than %s", f.Path, name)
				}
			}
			if uses == 0 {
				t.Error("nothing downloads it")
			}
		})
	}
}
