package rules_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/rules"
)

// TestBook: each rule is there once and complete.
func TestBook(t *testing.T) {
	id := regexp.MustCompile(`^[WKAXTOSP][0-9]{2}$`)
	seen := map[string]string{}
	for _, r := range rules.All() {
		switch {
		case !id.MatchString(r.ID):
			t.Errorf("%q is no id", r.ID)
		case seen[r.ID] != "" || seen[r.Title] != "":
			t.Errorf("%s is there twice, or its title is", r.ID)
		case r.Title == "" || strings.HasSuffix(r.Title, "."):
			t.Errorf("%s: the title is a sentence without its full stop: %q", r.ID, r.Title)
		case !strings.HasSuffix(r.Why, "."):
			t.Errorf("%s: the reason is one sentence or more: %q", r.ID, r.Why)
		case len(r.Held()) == 0:
			t.Errorf("nothing holds %s", r.ID)
		case r.Found == r.Title || r.Found != "" && r.By&rules.Import == 0:
			t.Errorf("%s: what import looks for is said twice, or is not looked for", r.ID)
		}
		seen[r.ID], seen[r.Title] = r.ID, r.ID
		for _, e := range r.Evidence {
			if e.Says == "" || e.URL != "" && !strings.HasPrefix(e.URL, "https://") {
				t.Errorf("%s: %+v is no evidence", r.ID, e)
			}
		}
	}
}

func TestFind(t *testing.T) {
	for _, id := range []string{"W29", "w29"} {
		if r, ok := rules.Find(id); !ok || r.ID != "W29" {
			t.Errorf("%s: %v %v", id, r.ID, ok)
		}
	}
	for _, id := range []string{"", "W", "W290", "W99", " W29"} {
		if _, ok := rules.Find(id); ok {
			t.Errorf("%q is no rule", id)
		}
	}
}

func TestNearest(t *testing.T) {
	for id, want := range map[string][]string{
		"x40":       {"X38", "X37", "X36"},
		"W7":        {"W06", "W08", "W05"},
		"K999":      {"K46", "K45", "K44"},
		"B01":       nil,
		"published": nil,
	} {
		if got := rules.Nearest(id); !slices.Equal(got, want) {
			t.Errorf("%s: %v, not %v", id, got, want)
		}
	}
}
