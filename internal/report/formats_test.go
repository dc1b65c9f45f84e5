package report

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pipegen/pipegen/internal/diag"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestGolden compares each format of a report full of markup, of one in which all is
// well, and of none at all with testdata/formats.
func TestGolden(t *testing.T) {
	reports := map[string]Report{
		"nasty": nasty,
		"well":  {Summary: "##[error] ::error::pipeline.cue is valid: 3 files", Next: "only at a screen", Spec: "pipeline.cue", Changes: nasty.Changes[1:]},
		"empty": {},
	}
	var names []string
	for name, r := range reports {
		for _, format := range []string{"github", "sarif", "markdown"} {
			file := filepath.Join("testdata", "formats", name+"."+format)
			names = append(names, file)
			var b bytes.Buffer
			if err := Formats[format](&b, r.Document(), checkout); err != nil {
				t.Fatal(err)
			}
			if *update {
				if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), b.String()); diff != "" {
				t.Errorf("%s:\n%s", file, diff)
			}
			if format == "sarif" {
				assertNoNull(t, b.Bytes())
			}
		}
	}
	there, err := filepath.Glob("testdata/formats/*")
	if err != nil || len(there) != len(names) {
		t.Errorf("testdata/formats holds %v, and the reports are %v (%v)", there, names, err)
	}
}

// TestColumn: columns are counted in code points, and one that the file does not
// have is left out.
func TestColumn(t *testing.T) {
	for _, c := range []struct {
		file         string
		line, column int
		want         int
	}{
		{"sub/pipeline.cue", 3, 15, 14},
		{"sub/pipeline.cue", 1, 1, 1},
		{"sub/pipeline.cue", 1, 5, 5},
		{"sub/pipeline.cue", 1, 6, 0},
		{"sub/pipeline.cue", 9, 1, 0},
		{"sub/pipeline.cue", 1, 0, 0},
		{"sub/pipeline.cue", 0, 1, 0},
		{"other.cue", 1, 1, 0},
	} {
		if got := checkout.column(diag.Position{File: c.file, Line: c.line, Column: c.column}); got != c.want {
			t.Errorf("%s:%d:%d is column %d, want %d", c.file, c.line, c.column, got, c.want)
		}
	}
}

// TestMeanings: each code has one sentence, and a page that explains it.
func TestMeanings(t *testing.T) {
	for _, a := range diag.All {
		if !strings.HasSuffix(a.About, ".") {
			t.Errorf("%s: write one sentence into the table of codes", a.Code)
		}
		if want := "docs/diagnostics.md#" + string(a.Code); !strings.HasSuffix(documentation(a.Code), want) {
			t.Errorf("%s is documented at %s", a.Code, documentation(a.Code))
		}
	}
	proofs, err := os.ReadFile("../../docs/proofs.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(documentation(guarded), "/proofs.md#guards") || !strings.Contains(string(proofs), "\n## Guards\n") {
		t.Error("guards are not documented there")
	}
	if got := checkout.meaning("x19"); got != "It does not hold that ports agree." {
		t.Errorf("x19 means %q", got)
	}
	if got := checkout.meaning("unheard-of"); got != "unheard-of" {
		t.Errorf("a code without a meaning is %q", got)
	}
}
