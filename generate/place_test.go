package generate_test

import (
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/schema"
)

const inFolder = `name: "orders"
intent: "Orders run."
source: {repository: "acme/shop"SOURCE}
deploy: {port: 8080, probes: readiness: "/ready"}
environments: production: namespace: "orders"
`

// TestStartedBy: of the pushes to the branch, those start a pipeline that may change what it ships.
func TestStartedBy(t *testing.T) {
	const (
		steps  = "test: steps: [{name: \"Test\", run: \"make test\"}]\n"
		other  = "gitops: repository: \"acme/deployments\"\n"
		own    = "image: {context: \"services/orders\", dockerfile: \"services/orders/Dockerfile\"}\n"
		python = "test: python: {version: \"3.13\", packageManager: \"uv\", package: \"orders\"DIRECTORY}\n"
		itself = ".github/workflows/orders.yaml"
	)
	for name, c := range map[string]struct {
		file, spec string
		want       []string
	}{
		"at the root":                   {"pipeline.cue", steps + other + own, nil},
		"a context of its own":          {"services/orders/pipeline.cue", steps + other + own, []string{itself, "services/orders/**"}},
		"the whole repository":          {"services/orders/pipeline.cue", steps + other, nil},
		"a context inside the folder":   {"services/orders/pipeline.cue", steps + other + strings.ReplaceAll(own, "services/orders", "services/orders/src"), []string{itself, "services/orders/**"}},
		"a context around the folder":   {"services/orders/pipeline.cue", steps + other + "image: {context: \"services\", dockerfile: \"build/orders.Dockerfile\"}\n", []string{itself, "build/orders.Dockerfile", "services/**"}},
		"a context elsewhere":           {"ci/orders/pipeline.cue", steps + other + own, []string{itself, "ci/orders/**", "services/orders/**"}},
		"a folder of a like name":       {"services/orders-api/pipeline.cue", steps + other + own, []string{itself, "services/orders-api/**", "services/orders/**"}},
		"tests of the whole repository": {"services/orders/pipeline.cue", strings.Replace(python, "DIRECTORY", "", 1) + other + own, nil},
		"tests in the folder":           {"services/orders/pipeline.cue", strings.Replace(python, "DIRECTORY", ", directory: \"services/orders\"", 1) + other + own, []string{itself, "services/orders/**"}},
		"a lock file elsewhere":         {"services/orders/pipeline.cue", "test: steps: [{name: \"Set up Go\", uses: \"actions/setup-go\", with: {\"go-version\": \"1.26\", \"cache-dependency-path\": \"go.sum\"}}]\n" + other + own, []string{itself, "go.sum", "services/orders/**"}},
		"deployed from the folder":      {"services/orders/pipeline.cue", steps + "gitops: {repository: \"acme/shop\", path: \"services/orders/deploy\"}\n" + own, []string{itself, "services/orders/**", "!services/orders/deploy/orders/overlays/*/live/**"}},
		"deployed from another folder":  {"services/orders/pipeline.cue", steps + "gitops: {repository: \"acme/shop\", path: \"deploy\"}\n" + own, []string{itself, "services/orders/**"}},
		"files of its own elsewhere": {"services/orders/pipeline.cue", steps + other + strings.Replace(own, "{", "{paths: [\"services/orders/src\", \"libs/*.go\", \"go.work\"], ", 1),
			[]string{itself, "go.work", "go.work/**", "libs/**.go", "libs/**.go/**", "services/orders/**"}},
		"releases by tag": {"services/orders/pipeline.cue", steps + other + own + "image: tag: \"{gitTag}\"\n", []string{itself, "services/orders/**"}},
	} {
		t.Run(name, func(t *testing.T) {
			tags := ""
			if strings.Contains(c.spec, "gitTag") {
				tags = `, releaseTags: "orders-v*"`
			}
			_, set := compileAs(t, c.file, []byte(strings.Replace(inFolder, "SOURCE", tags, 1)+c.spec))
			workflow := workflows(t, set)[0]
			var w struct {
				On struct {
					Push, Pull_request, Merge_group map[string][]string
				}
			}
			if err := yaml.Unmarshal(workflow.Content, &w); err != nil {
				t.Fatal(err)
			}
			if got := w.On.Push["paths"]; !slices.Equal(got, c.want) {
				t.Errorf("pushes are filtered by %q, want %q", got, c.want)
			}
			if len(w.On.Pull_request)+len(w.On.Merge_group) > 0 {
				t.Error("a pull request that changes nothing here waits for the check for ever")
			}
		})
	}
}

// TestTwoPlaces: no file of a spec in a folder is one of a spec at the root or in another folder.
func TestTwoPlaces(t *testing.T) {
	spec := strings.Replace(inFolder, "SOURCE", "", 1) + "test: steps: [{name: \"Test\", run: \"make test\"}]\ngitops: repository: \"acme/deployments\"\ncriteria: back: {statement: \"It goes back.\", rollback: within: \"20m\"}\n"
	at := map[string]string{}
	for i, file := range []string{"pipeline.cue", "a/pipeline.cue", "deep/er/b/pipeline.cue"} {
		name := []string{"orders", "billing", "stock"}[i]
		_, set := compileAs(t, file, []byte(strings.ReplaceAll(spec, "orders", name)))
		for _, f := range set.Files() {
			place := string(f.Root) + ":" + f.Path
			if other, taken := at[place]; taken && f.Owner != artifact.Seeded {
				t.Errorf("%s and %s both give %s", other, file, place)
			}
			at[place] = file
		}
	}
}

func TestFolderNames(t *testing.T) {
	loaded, found := schema.Load("pipeline.cue", readSpec(t, "minimal"))
	if len(found) > 0 {
		t.Fatal(found)
	}
	for file, fits := range map[string]bool{
		"pipeline.cue": true, "we--ird.cue": true, "services/a-b_c.d/pipeline.cue": true,
		"services/*/pipeline.cue": false, "a b/pipeline.cue": false, "é/pipeline.cue": false, "a--b/+/pipeline.cue": false, "[a]/pipeline.cue": false, "!a/pipeline.cue": false,
	} {
		_, found := generate.Compile(loaded.Spec, generate.Options{SpecFile: file, Kinds: criteria.ForCompile()})
		if found.Failed() == fits {
			t.Errorf("%s: %v", file, found)
		}
	}
}
