package documents

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestChecklists: the tests and proofs that the checklists cite as evidence exist.
func TestChecklists(t *testing.T) {
	_, lists, found := strings.Cut(read(t, "evidence.md"), "## The checklists of the source document")
	if !found {
		t.Fatal("evidence.md has no checklists")
	}
	shown := regexp.MustCompile("`(e2e/\\w+) (Test\\w+)`").FindAllStringSubmatch(lists, -1)
	if len(shown) < 20 {
		t.Fatalf("only %d tests are named", len(shown))
	}
	for _, m := range shown {
		files, err := filepath.Glob(filepath.Join("..", m[1], "*_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(files, func(name string) bool { return strings.Contains(read(t, name), "func "+m[2]+"(") }) {
			t.Errorf("there is no %s in %s", m[2], m[1])
		}
	}
	rules := strings.ToUpper(read(t, "proofs.md"))
	for _, m := range regexp.MustCompile(`\bX\d\d\b`).FindAllString(lists, -1) {
		if !strings.Contains(rules, m) {
			t.Errorf("the proofs know no %s", m)
		}
	}
}
