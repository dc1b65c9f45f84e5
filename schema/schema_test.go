package schema_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/schema"
)

// minimal has every required field and no other.
const minimal = `name:   "hello"
intent: "A push to main is running a few minutes later."
source: repository: "Example/Hello"
test: steps: [{name: "Test", run: "make test"}]
deploy: {port: 8080, probes: readiness: "/"}
environments: production: namespace: "hello"
gitops: repository: "example/deployments"
`

func load(t *testing.T, src string) *schema.Loaded {
	t.Helper()
	loaded, found := schema.Load("pipeline.cue", []byte(src))
	for _, d := range found {
		t.Errorf("%d:%d: %s [%s]", d.Pos.Line, d.Pos.Column, d.Message, d.Code)
	}
	return loaded
}

func TestDefaults(t *testing.T) {
	got := load(t, minimal).Spec
	if i := got.Images[0].Value; i.Registry+"/"+i.Name+":"+i.Tag != "ghcr.io/example/hello/hello:main-{sha}" || i.Context != "." || i.Dockerfile != "Dockerfile" || !i.Attest || !i.SmokeTest {
		t.Errorf("%+v", i)
	}
	if diff := cmp.Diff([]string{"linux/amd64"}, got.Images[0].Value.Platforms); diff != "" {
		t.Error(diff)
	}
	if got.Source.Branch != "main" || got.GitOps.Branch != "main" || got.Workloads[0].Value.ServicePort != 80 || got.ArgoCD.Project.Name != "hello" {
		t.Errorf("%+v", got)
	}
	released := load(t, minimal+`source: branch: "release/2.x"`).Spec
	if got, want := released.Images[0].Value.Tag, "release-2.x-{sha}"; got != want {
		t.Errorf("the tag scheme of a branch with a slash is %q, want %q", got, want)
	}
}

// TestOrder: environments, criteria, components and non-goals keep the order of the
// spec.
func TestOrder(t *testing.T) {
	spec := load(t, minimal+`
environments: {zeta: namespace: "z", alpha: namespace: "a"}
components: {"z-1": {purpose: "p", owner: "o"}, a: {purpose: "p", owner: "o"}}
`).Spec
	var got []string
	for _, e := range spec.Environments {
		got = append(got, e.ID)
	}
	for _, c := range spec.Components {
		got = append(got, c.ID)
	}
	if diff := cmp.Diff([]string{"production", "zeta", "alpha", "z-1", "a"}, got); diff != "" {
		t.Error(diff)
	}
}

// TestOrdinaryCUE: an author who knows CUE may use these forms.
func TestOrdinaryCUE(t *testing.T) {
	for name, src := range map[string]string{
		"hidden field":        "_team: \"agents\"\ndeploy: env: {A: _team, B: \"\\(_team)-x\"}",
		"definition":          "#env: {A: \"x\"}\ndeploy: env: #env",
		"let":                 "let T = \"agents\"\ndeploy: env: A: T",
		"reference below":     "deploy: env: A: environments.production.namespace",
		"reference of itself": "deploy: env: A: \"\\(deploy.port)\"",
		"index":               "deploy: env: A: test.steps[0].name",
		"condition":           "if deploy.port > 1 {deploy: env: A: \"x\"}",
		"loop":                "deploy: env: {for k in [\"A\", \"B\"] {\"\\(k)\": \"x\"}}",
		"pattern":             "environments: [string]: replicas: 3\nenvironments: {staging: namespace: \"s\"}",
		"alias":               "deploy: X={env: {A: \"\\(X.port)\"}}",
		"sum":                 "deploy: replicas: 1 + 2",
		"product":             "deploy: replicas: 2 * 3",
		"quoted":              "\"deploy\": \"env\": \"A\": \"x\"",
		"raw string":          "deploy: env: A: #\"\\n is two characters\"#",
		"package":             "",
		"open struct":         "deploy: {...}\n...",
		"the same twice":      "name: \"hello\"\ndeploy: port: 8080",
		"many environments":   "environments: {a: namespace: \"a\", b: namespace: \"b\", c: namespace: \"c\", d: namespace: \"d\", e: namespace: \"e\", f: namespace: \"f\"}\nenvironments: [string]: {replicas: 2, env: {A: \"1\", B: \"2\"}, resources: {requests: cpu: \"10m\", limits: memory: \"1Gi\"}}",
		"byte order mark":     "",
		"returns":             "",
	} {
		t.Run(name, func(t *testing.T) {
			src = minimal + src + "\n"
			switch name {
			case "package":
				src = "package pipeline\n" + src
			case "byte order mark":
				src = "\ufeff" + src
			case "returns":
				src = strings.ReplaceAll(src, "\n", "\r\n")
			}
			load(t, src)
		})
	}
}

func TestLocate(t *testing.T) {
	loaded := load(t, `name: "hello", intent: "x"
source: {
	repository: "example/hello"
}
test: steps: [
	{name: "A", run: "a"},
	{name: "B",
		run: "b", env: "X": "1"},
]
deploy: port: 8080
deploy: {
	probes: readiness: "/"
	port: 8080
} & {replicas: 2}
environments: "blue-green": namespace: "hello"
gitops: repository: "example/deployments"
criteria: "a-b": {statement: "s", synced: within: "10m"}
`)
	for path, want := range map[string]string{
		"name":                            "1:1",
		"intent":                          "1:16",
		"source":                          "2:1",
		"source.repository":               "3:2",
		"source.branch":                   "2:1", // its nearest ancestor
		"test.steps[0].name":              "6:3",
		"test.steps[1].run":               "8:3",
		"test.steps[1].env.X":             "8:18",
		"test.steps[1].with":              "7:2",
		"test.steps[7].run":               "5:7",
		"deploy.port":                     "10:9", // the first of two
		"deploy.replicas":                 "14:6",
		"deploy.probes.readiness":         "12:10",
		"deploy.probes.liveness":          "12:2",
		`environments."blue-green"`:       "15:15",
		`environments."blue-green".url`:   "15:15",
		`environments."no.such"`:          "15:1",
		`criteria."a-b".synced.within`:    "17:43",
		`criteria."a-b".published.within`: "17:11",
		"image.tag":                       "1:1",
		"":                                "1:1",
	} {
		pos := loaded.Locate(path)
		if got := place(pos); got != want || pos.File != "pipeline.cue" {
			t.Errorf("Locate(%s) = %s:%s, want %s", path, pos.File, got, want)
		}
	}
}

func place(p diag.Position) string {
	b, _ := json.Marshal([]int{p.Line, p.Column})
	return strings.NewReplacer("[", "", "]", "", ",", ":").Replace(string(b))
}

func TestJoin(t *testing.T) {
	for _, c := range [][3]string{{"", "a", "a"}, {"a", "b", "a.b"}, {"a", "b-c", `a."b-c"`}, {"a", "b.c", `a."b.c"`}, {"a", "", `a.""`}, {"a", `"`, `a."\""`}, {"a", "1", `a."1"`}} {
		if got := schema.Join(c[0], c[1]); got != c[2] {
			t.Errorf("Join(%q, %q) = %s, want %s", c[0], c[1], got, c[2])
		}
	}
}

func TestShort(t *testing.T) {
	for _, s := range []string{"30s", "10m", "1h", "1h30m", "1m30s", "1h0m5s", "100m", "20h"} {
		d, err := time.ParseDuration(s)
		if err != nil {
			t.Fatal(err)
		}
		want := s
		if s == "100m" {
			want = "1h40m"
		}
		if got := schema.Short(d); got != want {
			t.Errorf("Short(%s) = %s", s, got)
		}
	}
}

// TestJSONSchema compares the top-level fields of the JSON Schema with those of the
// specs.
func TestJSONSchema(t *testing.T) {
	text, err := schema.JSONSchema()
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Schema     string `json:"$schema"`
		Type       string
		Properties map[string]any
		Required   []string
		Defs       map[string]any `json:"$defs"`
	}
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if got.Schema != "https://json-schema.org/draft/2020-12/schema" || got.Type != "object" {
		t.Errorf("it begins with %s, %s", got.Schema, got.Type)
	}
	root, err := schema.Reference()
	if err != nil {
		t.Fatal(err)
	}
	var required []string
	for _, f := range root.Fields {
		if got.Properties[f.Path] == nil {
			t.Errorf("%s is no property", f.Path)
		}
		if f.Required {
			required = append(required, f.Path)
		}
	}
	slices.Sort(required)
	if diff := cmp.Diff(required, got.Required); diff != "" {
		t.Error(diff)
	}
	if len(got.Properties) != len(root.Fields) {
		t.Errorf("%d properties for %d fields", len(got.Properties), len(root.Fields))
	}
	// Without the bounds of each value, an editor could help with the names alone.
	if n := strings.Count(string(text), `"pattern"`); n < 30 {
		t.Errorf("only %d patterns", n)
	}
}

// TestEveryFieldIsDocumented: the schema is the reference that authors read.
func TestEveryFieldIsDocumented(t *testing.T) {
	root, err := schema.Reference()
	if err != nil {
		t.Fatal(err)
	}
	var walk func(f schema.Field)
	walk = func(f schema.Field) {
		if f.Path != "" && f.Doc == "" {
			t.Errorf("%s has no comment", f.Path)
		}
		// What a criterion may be is said of each kind, and never that it is like another one.
		if f.Same != "" && strings.Count(f.Path, ".") == 2 && strings.HasPrefix(f.Path, "criteria.") {
			t.Errorf("%s is said to be as %s", f.Path, f.Same)
		}
		for _, below := range f.Fields {
			walk(below)
		}
	}
	walk(root)
}

// TestExamplesAreAllowed: what a message tells an author to type must pass. The
// messages come from the specs that are wrong on purpose.
func TestExamplesAreAllowed(t *testing.T) {
	names, err := filepath.Glob("../specs/invalid/*.cue")
	if err != nil || len(names) == 0 {
		t.Fatal("no specs", err)
	}
	helps := 0
	for _, name := range names {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		_, found := schema.Load("pipeline.cue", src)
		for _, d := range found {
			example, ok := strings.CutPrefix(d.Help, "for example ")
			if !ok || d.Path == "" || strings.Contains(d.Path, "[") {
				continue
			}
			helps++
			if d.Code == diag.MissingField {
				_, example, _ = strings.Cut(example, ": ")
			}
			_, again := schema.Load("pipeline.cue", []byte(strings.ReplaceAll(d.Path, ".", ": ")+": "+example+"\n"))
			for _, e := range again {
				if e.Path == d.Path {
					t.Errorf("%s: the help for %s is %q, which is refused: %s", filepath.Base(name), d.Path, d.Help, e.Message)
				}
			}
		}
	}
	if helps < 20 {
		t.Errorf("only %d examples", helps)
	}
}
