package generate

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestShortened(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"fits", "one two", "one two"},
		{"fits to the last character", "äöü äöü ab", "äöü äöü ab"},
		{"cut after a word", "one two three", "one two…"},
		{"a word that ends where it is cut", "one two34 five", "one two34…"},
		{"several blanks", "one two   three", "one two…"},
		{"one long word", "abcdefghijklm", "abcdefghi…"},
		{"a blank before a long word", " abcdefghijklm", " abcdefgh…"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := shortened(c.in, 10)
			if got != c.want {
				t.Errorf("%q becomes %q, not %q", c.in, got, c.want)
			}
		})
	}
	// Each letter has two bytes and counts once.
	long := strings.Repeat("ä", 500)
	if n := utf8.RuneCountInString(shortened(long, mostDescription)); n != mostDescription {
		t.Errorf("%d characters", n)
	}
}
