package forge_test

import (
	"fmt"
	"maps"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// publishedFile has the published schemas of GitHub's answers.
const publishedFile = "../conformance/testdata/github-api.json"

// published knows the answers of GitHub's REST API.
type published struct {
	compiler  *jsonschema.Compiler
	responses map[string]any // by endpoint, then by status
}

func loadPublished(t *testing.T) published {
	t.Helper()
	f, err := os.Open(publishedFile)
	check(t, err)
	defer f.Close()
	doc, err := jsonschema.UnmarshalJSON(f)
	check(t, err)
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	check(t, c.AddResource(publishedFile, doc))
	return published{c, doc.(map[string]any)["responses"].(map[string]any)}
}

// endpoints are those that the description and the forge both have to know.
func (p published) endpoints() []string { return slices.Sorted(maps.Keys(p.responses)) }

// validate holds an answer against the schema of its endpoint and status.
func (p published) validate(endpoint string, status int, text string) error {
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		return err
	}
	place := "#/$defs/basic-error"
	if answers, ok := p.responses[endpoint].(map[string]any); ok && (status < 400 || answers[strconv.Itoa(status)] != nil) {
		pointer := strings.NewReplacer("~", "~0", "/", "~1").Replace(endpoint)
		place = "#/responses/" + url.PathEscape(pointer) + "/" + strconv.Itoa(status)
	}
	schema, err := p.compiler.Compile(publishedFile + place)
	if err != nil {
		return err
	}
	if status >= 400 {
		// GitHub has the status in every error; its description has it in that of most.
		said, _ := doc.(map[string]any)
		if said["status"] != strconv.Itoa(status) {
			return fmt.Errorf("the status %d is not in %s", status, text)
		}
		delete(said, "status")
	}
	return schema.Validate(doc)
}

// nameless is an endpoint without the names of what its path holds.
func nameless(endpoint string) string {
	return regexp.MustCompile(`\{[^}]*\}`).ReplaceAllString(endpoint, "{}")
}
