package pipeline_test

import (
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// TestFilterMatches has the examples of GitHub's documentation, and names close to them.
func TestFilterMatches(t *testing.T) {
	for _, c := range []struct {
		patterns, name string
		want           bool
	}{
		{"*", "README.md", true},
		{"*", "docs/hello.md", false},
		{"**", "docs/hello.md", true},
		{"*.js", "app.js", true},
		{"*.js", "lib/app.js", false},
		{"**.js", "lib/app.js", true},
		{"docs/*", "docs/file.txt", true},
		{"docs/*", "docs/a/file.txt", false},
		{"docs/**/*.md", "docs/README.md", true},
		{"docs/**/*.md", "docs/a/b/README.md", true},
		{"**/docs/**", "dir/docs/my.txt", true},
		{"**/README.md", "README.md", true},
		{"**/*src/**", "a/src/app.js", true},
		{"**/migrate-*.sql", "db/migrate-10909.sql", true},
		{"*.jsx?", "page.js", true},
		{"*.jsx?", "page.jsx", true},
		{"*.jsx?", "page.jsxx", false},
		{"v[12].[0-9]+.md", "v1.10.md", true},
		{"src/**", "Dockerfile", false},
		{"Dockerfile", "Dockerfile.dev", false},
		{"*.md !README.md", "README.md", false},
		{"*.md !README.md README*", "README.md", true},
		{"!README.md", "hello.md", false},
		{"über*", "übersicht", true},
		{"[", "[", false},
		{strings.Repeat("*a", 200) + "b", strings.Repeat("a", 2000), false},
	} {
		if got := pipeline.FilterMatches(strings.Fields(c.patterns), c.name); got != c.want {
			t.Errorf("%s and %s: %v", c.patterns, c.name, got)
		}
	}
}
