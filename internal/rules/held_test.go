package rules_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/rules"
)

// TestHeld: the book says of a rule that something holds it exactly where that does.
func TestHeld(t *testing.T) {
	for _, r := range rules.All() {
		if held := r.By&(rules.Proof|rules.Import) != 0; held != (r.Check != nil) {
			t.Errorf("%s: the book says %v of proof and import, and it has a check: %v", r.ID, held, r.Check != nil)
		}
	}
	promised := named(t, `Unkept\("ID"`, "/internal/criteria/*.go")
	for _, k := range criteria.Kinds() {
		promised = append(promised, k.Rules...)
	}
	refused := named(t, `"ID"`, "/generate/*.go", "/internal/pins/*.go", "/internal/pinning/*.go", "/internal/check/*.go", "/internal/judge/*.go")
	for by, have := range map[rules.By][]string{
		rules.Refusal: append(refused, named(t, `Rule: "ID"`, "/internal/criteria/*.go")...),
		rules.Promise: promised,
		rules.Trial:   append(named(t, `"ID"`, "/e2e/order/check.go"), "O08"),
	} {
		for _, r := range rules.All() {
			if says, is := r.By&by != 0, slices.Contains(have, r.ID); says != is {
				t.Errorf("%s: the book says %v of %v, and it is %v", r.ID, says, by, is)
			}
		}
	}
}

// named are the ids in the code of some files, in the form that has ID in its place.
func named(t *testing.T, form string, patterns ...string) []string {
	t.Helper()
	quoted := regexp.MustCompile(strings.Replace(form, "ID", "([WKAXTOSP][0-9]{2})", 1))
	var out []string
	for _, p := range patterns {
		files, err := filepath.Glob(root + p)
		if err != nil || len(files) == 0 {
			t.Fatal(p, err)
		}
		for _, f := range files {
			if strings.HasSuffix(f, "_test.go") {
				continue
			}
			data, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range quoted.FindAllStringSubmatch(string(data), -1) {
				out = append(out, m[1])
			}
		}
	}
	return out
}
