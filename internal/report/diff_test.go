package report_test

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/change"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/report"
)

func nastyDiff(n int) report.Diff {
	const nasty = "a\n::error::b\x1b[31m|`<b>@ann #1 ##[group]"
	c := change.Change{
		Path: "deploy.env.X", Old: nasty, New: nasty + "x", Pos: diag.Position{File: "pipeline.cue", Line: 3, Column: 2}, Anchor: diag.Position{File: "pipeline.cue", Line: 3, Column: 2},
		Reasons: []change.Reason{{Class: change.Weakened, Code: "approval-off", Sentence: nasty}},
		Files:   []change.FileChange{{Root: artifact.Code, Path: nasty, Status: "changed"}},
	}
	d := report.Diff{Spec: "pipeline.cue", Old: nasty, New: "the working tree", Notices: []string{nasty}, Rendered: []report.Patch{{Name: "x", Text: "+" + strings.ReplaceAll(nasty, "\n", " ") + "\n+```\n"}}}
	for range n {
		d.Comparison.Changes = append(d.Comparison.Changes, c)
	}
	d.Comparison.Files = c.Files
	return d
}

func frameHere() report.Frame {
	return report.Frame{Version: "0.0.0", Dir: "/w", Base: "/w", Read: os.ReadFile, Title: func(diag.Code) string { return "" }}
}

// TestDiffEscapes: no value of a spec ends a line, begins a command or moves a cursor.
func TestDiffEscapes(t *testing.T) {
	d := nastyDiff(1)
	for name, write := range report.Formats {
		var b bytes.Buffer
		if err := write(&b, d.Document(frameHere()), frameHere()); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(b.String(), "\n::error::b") || name != "github" && strings.Contains(b.String(), "\x1b") {
			t.Errorf("%s: a value escapes:\n%q", name, b.String())
		}
		if before, _, _ := strings.Cut(b.String(), "````diff"); name == "markdown" && (strings.Contains(before, "<b>") || before == b.String()) {
			t.Errorf("markdown: a value is markup, or ends the fence:\n%s", b.String())
		}
	}
}

// TestDiffFits: a comment on GitHub takes 65536 characters.
func TestDiffFits(t *testing.T) {
	var b bytes.Buffer
	if err := report.Markdown(&b, nastyDiff(2000).Document(frameHere()), frameHere()); err != nil {
		t.Fatal(err)
	}
	if b.Len() > 65536 || !strings.Contains(b.String(), "more changes have no room here") {
		t.Errorf("%d bytes", b.Len())
	}
}

// TestDiffForPrograms: an empty comparison has empty arrays.
func TestDiffForPrograms(t *testing.T) {
	var b bytes.Buffer
	if err := report.JSON(&b, report.Diff{}.Document(frameHere()), frameHere()); err != nil {
		t.Fatal(err)
	}
	var v map[string]any
	if err := json.Unmarshal(b.Bytes(), &v); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"changes", "files", "rendered", "notices"} {
		if list, ok := v[name].([]any); !ok || len(list) > 0 {
			t.Errorf("%s is %v", name, v[name])
		}
	}
}
