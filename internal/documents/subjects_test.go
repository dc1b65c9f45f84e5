package documents

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/pipegen/pipegen/schema"
)

// TestSubjects runs check on every example of the pages that are about a part of a spec.
func TestSubjects(t *testing.T) {
	for _, page := range []string{"workloads.md", "tests.md", "pods.md", "reads.md", "limits.md", "secrets.md", "dependencies.md", "progressive.md"} {
		blocks := blocksOf(read(t, page))
		for _, b := range blocks {
			if b.lang == "dockerfile" {
				continue
			}
			t.Run(fmt.Sprintf("%s, line %d", page, b.line), func(t *testing.T) {
				t.Parallel()
				if output, code := try(t, base(blocks), b); code != 0 {
					t.Errorf("exit code %d:\n%s", code, output)
				}
			})
		}
	}
}

// TestLanguagesHaveExamples: the page about tests shows each language of the schema.
func TestLanguagesHaveExamples(t *testing.T) {
	page := read(t, "tests.md")
	for _, language := range schema.Languages() {
		if !regexp.MustCompile(`(?m)^(test: (\{\n\t)?)` + language + `: `).MatchString(page) {
			t.Errorf("docs/tests.md shows no test.%s", language)
		}
	}
}
