package documents

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

const (
	measurementsBegin = "<!-- The measurements: written by make evidence -->\n"
	measurementsEnd   = "<!-- End of the measurements -->\n"
	measurementsFile  = "../e2e/results.json"
)

// TestEvidence keeps the table equal to what was measured last.
func TestEvidence(t *testing.T) {
	var file struct {
		Version      int
		Systems      string
		Measurements []struct {
			ID, What, Criteria, Promise, How string
			Seconds                          []float64
		}
	}
	if err := json.Unmarshal([]byte(read(t, measurementsFile)), &file); err != nil {
		t.Fatalf("%s: %v", measurementsFile, err)
	}
	if file.Version != 1 || len(file.Measurements) == 0 {
		t.Fatalf("%s has version %d and %d measurements", measurementsFile, file.Version, len(file.Measurements))
	}
	got := read(t, "evidence.md")
	before, rest, ok := strings.Cut(got, measurementsBegin)
	_, after, ended := strings.Cut(rest, measurementsEnd)
	if !ok || !ended {
		t.Fatalf("evidence.md needs the lines\n%s%s", measurementsBegin, measurementsEnd)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\nWith %s.\n\n", file.Systems)
	b.WriteString("| what | criteria | promise | n | min | median | max | how |\n|---|---|---|---|---|---|---|---|\n")
	for _, m := range file.Measurements {
		if len(m.Seconds) == 0 || !slices.IsSorted(m.Seconds) {
			t.Fatalf("%s: the samples of %s are not sorted, or there are none", measurementsFile, m.ID)
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %d | %.1f | %.1f | %.1f | %s |\n", m.What, m.Criteria, m.Promise,
			len(m.Seconds), m.Seconds[0], median(m.Seconds), m.Seconds[len(m.Seconds)-1], m.How)
	}
	settle(t, "evidence.md", got, before+measurementsBegin+b.String()+"\n"+measurementsEnd+after)
}

// median takes sorted values.
func median(sorted []float64) float64 {
	half := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[half]
	}
	return (sorted[half-1] + sorted[half]) / 2
}
