package conformance

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// contents is the one endpoint that also answers in text, to whoever asks for that.
const contents = "GET /repos/{owner}/{repo}/contents/{path}"

// TestGitHub validates all answers of livetest for GitHub, which may be incomplete.
func TestGitHub(t *testing.T) {
	g, err := loadGitHub()
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(filepath.Join(product, "internal", "live", "livetest", "world", "github.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	world, err := jsonschema.UnmarshalJSON(f)
	if err != nil {
		t.Fatal(err)
	}
	routes := world.(map[string]any)
	if len(routes) == 0 {
		t.Fatal("no routes")
	}
	for route, answer := range routes {
		t.Run(route, func(t *testing.T) {
			path, _, _ := strings.Cut(route, "?")
			endpoints := g.endpoints(path)
			if len(endpoints) != 1 {
				t.Fatalf("GitHub has %d such endpoints: %v", len(endpoints), endpoints)
			}
			if _, ok := answer.(string); ok && endpoints[0] == contents {
				return
			}
			schema, err := g.answer(endpoints[0], "200")
			if err != nil {
				t.Fatal(err)
			}
			if err := schema.Validate(answer); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestGitHubRefuses: an answer that GitHub would never give is refused.
func TestGitHubRefuses(t *testing.T) {
	g, err := loadGitHub()
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []struct{ path, answer string }{
		{"/repos/o/r", `{"archived": "no"}`},
		{"/repos/o/r", `{"achived": false}`},
		{"/repos/o/r", `{"created_at": "yesterday"}`},
		{"/repos/o/r", `{"html_url": "o/r"}`},
		{"/repos/o/r", `{"owner": {"login": null}}`},
		{"/repos/o/r/commits/main", `{"author": {"nickname": "ada"}}`},
		{"/repos/o/r/actions/runs/1/jobs", `{"jobs": [{"conclusion": "succeeded"}]}`},
		{"/repos/o/r/actions/runs/1", `{"run_started_at": null}`},
		{"/repos/o/r/activity", `[{"activity_type": "merge"}]`},
		{"/repos/o/r/rules/branches/main", `[{"type": "deletion", "parameters": {}}]`},
		{"/repos/o/r/rules/branches/main", `[{"type": "anything"}]`},
		{"/repos/o/r/contents/a/b", `{"type": "folder"}`},
	} {
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(bad.answer))
		if err != nil {
			t.Fatal(err)
		}
		endpoints := g.endpoints(bad.path)
		if len(endpoints) != 1 {
			t.Fatalf("%s: %v", bad.path, endpoints)
		}
		schema, err := g.answer(endpoints[0], "200")
		if err != nil {
			t.Fatal(err)
		}
		if schema.Validate(doc) == nil {
			t.Errorf("%s may answer %s", bad.path, bad.answer)
		}
	}
	for _, path := range []string{"/repos/o/r/issues", "/repos/o/r/", "/repos/o/r/milestones", "/users/o"} {
		if endpoints := g.endpoints(path); len(endpoints) != 0 {
			t.Errorf("%s is %v", path, endpoints)
		}
	}
}
