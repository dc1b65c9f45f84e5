package conformance

import (
	"maps"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// githubFile has the published schemas of GitHub's answers, as cut by githubapi.
const githubFile = "testdata/github-api.json"

// github knows the answers of GitHub's REST API.
type github struct {
	compiler  *jsonschema.Compiler
	responses map[string]any // by endpoint, then by status
}

// loadGitHub reads the published answers, of which none has to be complete.
func loadGitHub() (*github, error) {
	f, err := os.Open(githubFile)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	doc, err := jsonschema.UnmarshalJSON(f)
	if err != nil {
		return nil, err
	}
	loosen(doc)
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource(githubFile, doc); err != nil {
		return nil, err
	}
	return &github{c, doc.(map[string]any)["responses"].(map[string]any)}, nil
}

// loosen removes the requirement of fields. Several choices may fit then.
func loosen(at any) {
	switch at := at.(type) {
	case []any:
		for _, part := range at {
			loosen(part)
		}
	case map[string]any:
		// A field may be called as a keyword is, but has no list for its schema.
		if _, ok := at["required"].([]any); ok {
			delete(at, "required")
		}
		if choices, ok := at["oneOf"].([]any); ok {
			delete(at, "oneOf")
			at["anyOf"] = choices
		}
		for _, part := range at {
			loosen(part)
		}
	}
}

// endpoints are those that a path is asked of, such as /repos/o/r: one, or none.
func (g *github) endpoints(path string) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(g.responses)), func(endpoint string) bool {
		template, ok := strings.CutPrefix(endpoint, "GET ")
		// A file lies in folders; nothing else has a slash.
		template = strings.ReplaceAll(template, "{path}", ".+")
		template = regexp.MustCompile(`\{\w+\}`).ReplaceAllString(template, "[^/]+")
		return !ok || !regexp.MustCompile("^"+template+"$").MatchString(path)
	})
}

// answer is the schema of what an endpoint answers with a status.
func (g *github) answer(endpoint, status string) (*jsonschema.Schema, error) {
	pointer := strings.NewReplacer("~", "~0", "/", "~1").Replace(endpoint)
	return g.compiler.Compile(githubFile + "#/responses/" + url.PathEscape(pointer) + "/" + status)
}
