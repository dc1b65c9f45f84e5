package documents

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/schema"
)

// TestSubjects runs check on every example of the pages that are about a part of a spec.
func TestSubjects(t *testing.T) {
	for _, page := range []string{"workloads.md", "tests.md", "pods.md", "reads.md", "limits.md", "secrets.md", "dependencies.md", "progressive.md", "runs.md"} {
		blocks := blocksOf(read(t, page))
		for _, b := range blocks {
			if b.lang == "dockerfile" || b.lang == "yaml" { // files of other tools
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

// notRun are the pages whose examples no test runs, each with the reason.
var notRun = map[string]string{
	"install.md":     "they verify an archive of a release, which GitHub has",
	"performance.md": "it takes minutes",
}

// TestEveryPageIsRun: a page with an example is one of those whose examples a test runs.
func TestEveryPageIsRun(t *testing.T) {
	tests := ""
	for _, file := range glob(t, "../internal/documents/*_test.go") {
		tests += read(t, file)
	}
	for _, page := range glob(t, "*.md") {
		if !regexp.MustCompile("(?m)^```(cue|yaml|sh)$").MatchString(read(t, page)) {
			continue
		}
		if _, excepted := notRun[page]; excepted == strings.Contains(strings.ReplaceAll(tests, `"`+page+`":`, ""), `"`+page+`"`) {
			t.Errorf("docs/%s has examples: a test runs them, or notRun says why none does", page)
		}
	}
}

func glob(t *testing.T, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %v", pattern, err)
	}
	return files
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
