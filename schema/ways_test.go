package schema

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/cuecontext"
)

// restOf is what a spec needs beside the example of a way round.
var restOf = []string{
	`name: "shop"`, `intent: "A push to main is running a few minutes later."`, `source: repository: "example/shop"`,
	`test: steps: [{name: "Run the tests", run: "make test"}]`, `deploy: {port: 8080, probes: readiness: "/ready"}`,
	`environments: production: namespace: "shop"`, `gitops: repository: "example/deployments"`,
}

// ofTests are examples that say what runs the tests.
var ofTests = regexp.MustCompile(`^test: (steps|go|node|java|rust|dotnet|php|ruby|python):`)

// TestWays holds the table complete: each row is for definitions that exist and have no such field, is the only one for
// its words, and names what a spec may say and a section that a reader finds.
func TestWays(t *testing.T) {
	definitions := cuecontext.New().CompileBytes(constraints)
	told := map[[2]string]bool{}
	for _, w := range ways {
		for _, in := range strings.Fields(w.in) {
			known, _ := fieldsOf(definitions.LookupPath(cue.ParsePath("#" + in)))
			if len(known) == 0 {
				t.Errorf("there is no definition %s", in)
			}
			fields := map[string]bool{}
			for name := range known {
				fields[plain(name)] = true
			}
			for _, word := range strings.Fields(w.words) {
				key := [2]string{in, plain(word)}
				if told[key] {
					t.Errorf("%s in %s has two rows", word, in)
				}
				if told[key] = true; fields[plain(word)] {
					t.Errorf("%s has the field %s", in, word)
				}
			}
		}
		spec := w.example + "\n"
		for _, line := range restOf {
			if !(strings.HasPrefix(line, "deploy") && strings.HasPrefix(w.example, "workloads") || strings.HasPrefix(line, "test") && ofTests.MatchString(w.example)) {
				spec += line + "\n"
			}
		}
		if _, found := Load("pipeline.cue", []byte(spec)); found.Failed() {
			t.Errorf("%s: the example is no spec: %v", w.words, found)
		}
		if file, section, _ := strings.Cut(w.doc, "#"); !hasSection(t, file, section) {
			t.Errorf("%s: there is no section %s in docs/%s", w.words, section, file)
		}
	}
}

func hasSection(t *testing.T, file, section string) bool {
	t.Helper()
	text, err := os.ReadFile("../docs/" + file)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range regexp.MustCompile(`(?m)^#+ .*$`).FindAllString(string(text), -1) {
		title := strings.ToLower(strings.TrimLeft(line, "# "))
		title = regexp.MustCompile("[^a-z0-9 -]").ReplaceAllString(title, "")
		if section == "" || strings.ReplaceAll(title, " ", "-") == section {
			return true
		}
	}
	return false
}

// TestWayIsShown: what people write for other tools gets the way round, in any spelling, and a slip of the pen still gets
// the word that was meant.
func TestWayIsShown(t *testing.T) {
	for _, c := range []struct{ text, field, help string }{
		{`ingress: host: "shop.example.org"`, "ingress", "the way in is in route"},
		{`deploy: node_selector: disk: "fast"`, "node_selector", "placement"},
		{`workloads: web: {port: 8080, probes: readiness: "/ready", sidecars: []}`, "sidecars", "are in init"},
		{`environments: production: {namespace: "shop", annotations: a: "b"}`, "annotations", "docs/pods.md"},
		{`workflow: concurrency: "one"`, "concurrency", "JSON patch"},
		{`workflow: jobs: test: "runs-on": "self-hosted"`, "runs-on", "workflow.runners"},
		{`workflow: extraJobs: lint: {strategy: {}, steps: [{name: "Lint", run: "make lint"}]}`, "strategy", "jobs of your own have a matrix"},
		{`test: steps: [{name: "Test", run: "make test", shell: "sh"}]`, "shell", "bash"},
		{`argocd: syncPolicy: automated: {}`, "syncPolicy", "argocd.sync"},
		{`argocd: sync: ignoreDifferences: []`, "ignoreDifferences", "Application"},
		{`deploy: replica: 3`, "replica", "allowed here"},
	} {
		spec := c.text + "\n"
		for _, line := range restOf {
			if !strings.HasPrefix(line, "deploy") || !strings.HasPrefix(c.text, "workloads") {
				spec += line + "\n"
			}
		}
		if strings.HasPrefix(c.text, "test:") {
			spec = strings.Replace(spec, restOf[3]+"\n", "", 1)
		}
		_, found := Load("pipeline.cue", []byte(spec))
		if len(found) != 1 || !strings.Contains(found[0].Message, `unknown field "`+c.field+`"`) || !strings.Contains(found[0].Help, c.help) {
			t.Errorf("%s: %+v", c.text, found)
		}
	}
}
