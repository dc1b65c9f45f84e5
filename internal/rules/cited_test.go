package rules_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/rules"
)

const root = "../.."

var (
	// The letter is upper case, so that no digits of a hash are taken for an id, and no
	// digit or letter is beside it, so that no time such as T10:30 of a date is.
	cited = regexp.MustCompile(`\b[WKAXTOSP][0-9]{2}\b`)
	// entry is where the book itself has a rule.
	entry = regexp.MustCompile(`(?m)^\t\tID:.*$`)
	// A proof's code is the id in lower case, in brackets or as code.
	coded = regexp.MustCompile("[\\[`]([wkaxtosp][0-9]{2})[\\]`]")
)

// TestCitedIDsAreInTheBook: whoever reads an id in the code, in a message, in a generated
// file or in a document finds the rule.
func TestCitedIDsAreInTheBook(t *testing.T) {
	cites := citations(t)
	for id, places := range cites {
		if _, ok := rules.Find(id); !ok {
			t.Errorf("%s is cited and not in the rulebook: %s", id, strings.Join(places, " "))
		}
	}
	for _, r := range rules.All() {
		if len(cites[r.ID]) == 0 && r.Check == nil {
			t.Errorf("nothing cites %s, and it has no check", r.ID)
		}
	}
	if len(cites) < 100 {
		t.Errorf("only %d ids were found", len(cites))
	}
}

// citations are the places of each id that is cited, and not the entries of the rulebook.
func citations(t *testing.T) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		place := filepath.ToSlash(strings.TrimPrefix(name, root+string(filepath.Separator)))
		switch {
		case d.IsDir() && (place == ".git" || d.Name() == "testdata"):
			return fs.SkipDir
		case d.IsDir() || !cites(place):
			return nil
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		for _, id := range idsOf(entry.ReplaceAllString(string(data), "")) {
			out[id] = append(out[id], place)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// cites reports whether a file is one whose ids people may look up.
func cites(place string) bool {
	switch {
	case place == "docs/rules.md" || strings.HasSuffix(place, "_test.go"):
		return false
	case strings.HasPrefix(place, "templates/") || strings.HasPrefix(place, "golden/"):
		return true
	}
	return strings.HasSuffix(place, ".go") || strings.HasSuffix(place, ".md")
}

func idsOf(text string) []string {
	ids := map[string]bool{}
	for _, id := range cited.FindAllString(text, -1) {
		ids[id] = true
	}
	for _, m := range coded.FindAllStringSubmatch(text, -1) {
		ids[strings.ToUpper(m[1])] = true
	}
	out := make([]string, 0, len(ids))
	for id := range ids {
		out = append(out, id)
	}
	return out
}

func TestIDsOf(t *testing.T) {
	for text, want := range map[string]int{
		"an error [x07]":                        1,
		"a warning [flaw, W01]":                 1,
		"the code `x28` and X28":                1,
		"2026-11-29T10:30:00Z":                  0,
		"34e1148d8a05ba1c9cbd1b9a07f39a4a7a02f": 0,
		"(W11, W14)":                            2,
	} {
		if got := idsOf(text); len(got) != want {
			t.Errorf("%q cites %v", text, got)
		}
	}
}
