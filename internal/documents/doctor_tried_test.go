package documents

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestDoctorCausesTried keeps the list of causes that the end-to-end tests bring
// about equal to what those tests do.
func TestDoctorCausesTried(t *testing.T) {
	files, err := filepath.Glob("../e2e/cluster/*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	var met []string
	for _, file := range files {
		for _, m := range regexp.MustCompile(`(?:finds:\s+|\bwaiting\(|\bfinds\("\w+", |diagnosed\(t, "[\w-]+", )"([\w-]+)"`).FindAllStringSubmatch(read(t, file), -1) {
			met = append(met, "`"+m[1]+"`")
		}
	}
	slices.Sort(met)
	met = slices.Compact(met)
	if len(met) < 20 {
		t.Fatalf("only %d causes are brought about", len(met))
	}
	const document = "evidence.md"
	got := read(t, document)
	before, rest, begun := strings.Cut(got, "<!-- met -->\n")
	_, after, ended := strings.Cut(rest, "<!-- /met -->\n")
	if !begun || !ended {
		t.Fatal("evidence.md has no place for the causes that were brought about")
	}
	settle(t, document, got, before+"<!-- met -->\n"+strings.Join(met, ", ")+".\n<!-- /met -->\n"+after)
}
