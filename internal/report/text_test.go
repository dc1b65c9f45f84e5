package report

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/pipegen/pipegen/internal/rules"
)

// TestWidth: on a terminal no line is wider than it, but for a word that is, and no word
// is lost.
func TestWidth(t *testing.T) {
	for name, d := range map[string]Document{"findings": nasty.Document(), "rule": Rule(rules.All()[0]), "verdict": Verify(hostile)} {
		var wide, narrow bytes.Buffer
		if Text(&wide, d, Frame{}) != nil || Text(&narrow, d, Frame{Width: 40}) != nil {
			t.Fatal("a buffer is full")
		}
		if a, b := strings.Fields(wide.String()), strings.Fields(narrow.String()); strings.Join(a, " ") != strings.Join(b, " ") {
			t.Errorf("%s: other words\n%s", name, narrow.String())
		}
		for line := range strings.Lines(narrow.String()) {
			if line = strings.TrimSuffix(line, "\n"); utf8.RuneCountInString(line) > 40 && strings.Count(strings.TrimSpace(line), " ") > 3 {
				t.Errorf("%s: %q is too wide", name, line)
			}
		}
	}
}

// TestProseIsNarrow: a rule has short lines also where nothing is known of the screen, but
// for addresses.
func TestProseIsNarrow(t *testing.T) {
	for _, r := range rules.All() {
		var b bytes.Buffer
		if err := Text(&b, Rule(r), Frame{}); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(b.String()) {
			if utf8.RuneCountInString(line) > mostProse+1 && !strings.Contains(line, "https://") {
				t.Errorf("%s: %q", r.ID, line)
			}
		}
	}
}

// TestNext: what to do next is the last line at a screen, and nothing is said where there is nothing to do.
func TestNext(t *testing.T) {
	for next, want := range map[string]string{"'pipegen check'": "3 created\nnext: 'pipegen check'\n", "": "3 created\n"} {
		var b bytes.Buffer
		if err := Text(&b, Document{Summary: "3 created", Next: next}, Frame{}); err != nil || b.String() != want {
			t.Errorf("%q, %v", b.String(), err)
		}
	}
}
