package rules_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/rules"
)

// TestHeld: the book says of a rule that something holds it exactly where that does.
func TestHeld(t *testing.T) {
	for _, r := range rules.All() {
		if held := r.By&(rules.Proof|rules.Import) != 0; held != (r.Check != nil) {
			t.Errorf("%s: the book says %v of proof and import, and it has a check: %v", r.ID, held, r.Check != nil)
		}
	}
	for by, have := range map[rules.By][]string{
		rules.Refusal: append(named(t, anywhere, "/generate/*.go", "/internal/pins/*.go", "/internal/pinning/*.go", "/internal/check/*.go"), named(t, inRefusals, "/internal/criteria/*.go")...),
		rules.Promise: append(named(t, inLists, "/internal/criteria/*.go"), named(t, anywhere, "/internal/rules/promises*.go")...),
		rules.Trial:   append(named(t, anywhere, "/e2e/order/check.go"), "O08"),
	} {
		for _, r := range rules.All() {
			if says, is := r.By&by != 0, slices.Contains(have, r.ID); says != is {
				t.Errorf("%s: the book says %v of %v, and it is %v", r.ID, says, by, is)
			}
		}
	}
}

// Where code names a rule: anywhere, in what it refuses, or in the list of those behind a kind of criterion.
var (
	anywhere   = regexp.MustCompile(`"([WKAXTOS][0-9]{2})"`)
	inRefusals = regexp.MustCompile(`Rule: +"([WKAXTOS][0-9]{2})"`)
	inLists    = regexp.MustCompile(`Rules: +\[\]string\{[^}]*\}`)
)

// named are the ids in the code of some files, in the parts of them that fit.
func named(t *testing.T, in *regexp.Regexp, patterns ...string) []string {
	t.Helper()
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
			for _, part := range in.FindAllString(string(data), -1) {
				for _, m := range anywhere.FindAllStringSubmatch(part, -1) {
					out = append(out, m[1])
				}
			}
		}
	}
	return out
}
