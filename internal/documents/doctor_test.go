package documents

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/live/diagnose"
)

const doctorDocument = "doctor.md"

// TestDoctorCauses keeps the tables of causes equal to those of the code.
func TestDoctorCauses(t *testing.T) {
	var tables strings.Builder
	for _, trouble := range diagnose.Troubles() {
		fmt.Fprintf(&tables, "\n### %s\n\n| cause | what is wrong | how it is tested | remedy |\n|---|---|---|---|\n", trouble)
		for _, c := range diagnose.Causes() {
			if c.Trouble == trouble {
				fmt.Fprintf(&tables, "| `%s` | %s | %s | %s |\n", c.ID, c.Statement, c.Tested, c.Remedy)
			}
		}
	}
	document := read(t, doctorDocument)
	before, rest, begun := strings.Cut(document, "<!-- causes -->\n")
	_, after, ended := strings.Cut(rest, "<!-- /causes -->\n")
	if !begun || !ended {
		t.Fatal("doctor.md has no place for the causes")
	}
	settle(t, doctorDocument, document, before+"<!-- causes -->\n"+tables.String()+"\n<!-- /causes -->\n"+after)
}

// TestDoctorAdvice: every cause that the table of advice names exists.
func TestDoctorAdvice(t *testing.T) {
	ids := map[string]bool{}
	for _, c := range diagnose.Causes() {
		ids[c.ID] = true
	}
	_, advice, _ := strings.Cut(read(t, doctorDocument), "\n## The questions that people ask\n")
	advice, _, _ = strings.Cut(advice, "\n## ")
	rows := regexp.MustCompile(`(?m)^\|[^|\n]+\|([^|\n]+)\|[^|\n]*\|$`).FindAllStringSubmatch(advice, -1)
	if len(rows) < 20 {
		t.Fatalf("the table of advice has %d rows", len(rows))
	}
	for _, row := range rows[2:] {
		names := regexp.MustCompile("`([a-z-]+)`").FindAllStringSubmatch(row[1], -1)
		if len(names) == 0 {
			t.Errorf("%q names no cause", row[0])
		}
		for _, n := range names {
			if !ids[n[1]] {
				t.Errorf("there is no cause %s", n[1])
			}
		}
	}
}

// TestDoctorExamples finds the samples in what the tests of doctor have printed.
func TestDoctorExamples(t *testing.T) {
	for _, b := range blocksOf(read(t, doctorDocument)) {
		if name, ok := strings.CutPrefix(b.mark, "excerpt of "); ok && !strings.Contains(read(t, filepath.Join("..", name)), b.text) {
			t.Errorf("doctor.md:%d: %s does not have\n%s", b.line, name, b.text)
		}
	}
}
