// Package drafttest has what the tests of drafts share.
package drafttest

import (
	"strings"
	"testing"

	"github.com/pipegen/pipegen/schema"
)

// NastyTexts are hostile names, paths and values that a repository may contain.
func NastyTexts() []string {
	return []string{"", "app", "main", "a/b", "../x", "-rf", "${{ secrets.X }}", "$(id)", "\\(name)", `"`, `\`, "'", "#",
		"a b", "a\nb", "a\r", "\x00", "\x1b[31m", "\x7f", "\u2028", "\ufeff", "\xff\xfe", "日本", "é", "// x", "*/", "}", "a..b", "a--b",
		"_", ".", "..", "x.lock", strings.Repeat("a", 50), strings.Repeat("ab-", 200), "a.-b", "1", "99999999999999999999", "3.11", "3.99",
		"10001", "0", "10001:70000", "12345:20000", "name: 3", "%s", "%!d", "CHECK: x", " // CHECK: x"}
}

// RequireFormatted requires that a spec is formatted.
func RequireFormatted(t *testing.T, text []byte) {
	t.Helper()
	again, err := schema.Format(text)
	if err != nil {
		t.Fatal(err)
	}
	if string(again) != string(text) {
		t.Errorf("cue fmt would change it to\n%s\nfrom\n%s", again, text)
	}
}
