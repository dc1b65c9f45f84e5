package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/workspace"
)

var sample = Report{
	Diagnostics: diag.List{
		{Code: diag.BadValue, Rule: "T22", Path: "deploy.port", Pos: diag.Position{File: "pipeline.cue", Line: 3, Column: 7}, Message: `deploy.port is "80"`, Help: "for example 8000"},
		{Code: diag.Script, Severity: diag.Warning, Pos: diag.Position{File: "pipeline.cue", Line: 4}, Message: "quote <this> & that",
			Notes: []diag.Note{{Pos: diag.Position{File: "code:ci.yaml", Line: 9, Column: 1}, Message: "in the generated file"}, {Message: "elsewhere"}}},
		{Code: diag.Missing, Pos: diag.Position{File: "a/b.yaml"}, Message: "it is not there"},
		{Code: diag.Internal, Message: "no place at all"},
	},
	Changes: []workspace.Change{{File: artifact.File{Root: artifact.Code, Path: "ci.yaml"}, Status: workspace.Foreign, Reason: "not ours"}},
	Notices: []string{"shellcheck is not installed"},
}

func TestText(t *testing.T) {
	var b bytes.Buffer
	if err := Text(&b, sample.Document(), Frame{}); err != nil {
		t.Fatal(err)
	}
	want := `pipeline.cue:3:7: error: deploy.port is "80" [bad-value, T22]
  help: for example 8000
pipeline.cue:4: warning: quote <this> & that [script]
  code:ci.yaml:9:1: in the generated file
  elsewhere
a/b.yaml: error: it is not there [missing-file]
error: no place at all [internal]
notice: shellcheck is not installed
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
}

// link begins and ends a link of a terminal.
var link = regexp.MustCompile(`\x1b\]8;;([^\x1b]*)\x1b\\`)

// TestTextColored: colors and links are around the words and change none. A code leads to its section.
func TestTextColored(t *testing.T) {
	var plain, colored bytes.Buffer
	if err := errors.Join(Text(&plain, sample.Document(), Frame{}), Text(&colored, sample.Document(), Frame{Color: true})); err != nil {
		t.Fatal(err)
	}
	if page := documented + "diagnostics.md#bad-value"; !strings.Contains(colored.String(), page) {
		t.Errorf("nothing leads to %s", page)
	}
	stripped := link.ReplaceAllString(colored.String(), "")
	for _, code := range []string{"\x1b[31m", "\x1b[33m", "\x1b[36m", "\x1b[0m"} {
		if !strings.Contains(stripped, code) {
			t.Errorf("no %q", code)
		}
		stripped = strings.ReplaceAll(stripped, code, "")
	}
	if diff := cmp.Diff(plain.String(), stripped); diff != "" {
		t.Error(diff)
	}
	if Colored(&plain, func(string) string { return "" }) {
		t.Error("a buffer is taken for a terminal")
	}
}

func TestSummaryAlone(t *testing.T) {
	var b bytes.Buffer
	if err := Text(&b, Report{Summary: "all is well"}.Document(), Frame{Color: true}); err != nil {
		t.Fatal(err)
	}
	if b.String() != "all is well\n" {
		t.Errorf("%q", b.String())
	}
}

func TestJSON(t *testing.T) {
	var b bytes.Buffer
	if err := JSON(&b, sample.Document(), Frame{}); err != nil {
		t.Fatal(err)
	}
	want := `{
  "version": 1,
  "ok": false,
  "diagnostics": [
    {
      "code": "bad-value",
      "rule": "T22",
      "severity": "error",
      "path": "deploy.port",
      "place": {
        "file": "pipeline.cue",
        "line": 3,
        "column": 7
      },
      "message": "deploy.port is \"80\"",
      "help": "for example 8000",
      "notes": []
    },
    {
      "code": "script",
      "rule": "",
      "severity": "warning",
      "path": "",
      "place": {
        "file": "pipeline.cue",
        "line": 4,
        "column": 0
      },
      "message": "quote <this> & that",
      "help": "",
      "notes": [
        {
          "place": {
            "file": "code:ci.yaml",
            "line": 9,
            "column": 1
          },
          "message": "in the generated file"
        },
        {
          "place": {
            "file": "",
            "line": 0,
            "column": 0
          },
          "message": "elsewhere"
        }
      ]
    },
`
	if !strings.HasPrefix(b.String(), want) {
		t.Error(cmp.Diff(want, b.String()))
	}
	assertNoNull(t, b.Bytes())
}

// TestJSONIsWhole: empty fields are present, so that a program need not check for them.
func TestJSONIsWhole(t *testing.T) {
	var b bytes.Buffer
	if err := JSON(&b, Report{Summary: "all is well"}.Document(), Frame{}); err != nil {
		t.Fatal(err)
	}
	want := "{\n  \"version\": 1,\n  \"ok\": true,\n  \"diagnostics\": [],\n  \"files\": [],\n  \"notices\": []\n}\n"
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
	assertNoNull(t, b.Bytes())
}

func assertNoNull(t *testing.T, text []byte) {
	t.Helper()
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case nil:
			t.Errorf("null in %s", text)
		case []any:
			for _, e := range v {
				walk(e)
			}
		case map[string]any:
			for _, e := range v {
				walk(e)
			}
		}
	}
	walk(v)
}

func TestChanges(t *testing.T) {
	changes := []workspace.Change{
		{File: artifact.File{Root: artifact.Code, Path: "a"}, Status: workspace.Missing},
		{File: artifact.File{Root: artifact.Code, Path: "b"}, Status: workspace.Foreign, Reason: "not ours"},
		{File: artifact.File{Root: artifact.GitOps, Path: "c"}, Status: workspace.Live},
		{File: artifact.File{Root: artifact.GitOps, Path: "d"}, Status: workspace.Missing},
	}
	var b bytes.Buffer
	if err := Text(&b, Document{Parts: Changes(changes, workspace.Roots{artifact.Code: "x", artifact.GitOps: "y"}, false)}, Frame{}); err != nil {
		t.Fatal(err)
	}
	want := `x
  created      a
  refused      b  (not ours)
y
  live         c  (the live image: CI's, never changed here)
  created      d
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
	if got, want := Outcomes(changes, false), "2 created, 1 refused, 1 live"; got != want {
		t.Errorf("Outcomes = %q, want %q", got, want)
	}
}

func TestDiffs(t *testing.T) {
	changes := []workspace.Change{
		{File: artifact.File{Path: "same", Content: []byte("a\n")}, Old: []byte("a\n"), Status: workspace.Unchanged},
		{File: artifact.File{Path: "a", Content: []byte("one\nnew\n")}, Old: []byte("one\nold\n"), Status: workspace.Drifted},
	}
	var b bytes.Buffer
	if err := Text(&b, Document{Parts: []Part{Diffs(changes...)}}, Frame{}); err != nil {
		t.Fatal(err)
	}
	want := "diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1,2 +1,2 @@\n one\n-old\n+new\n\n"
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
}

// full fails each write, as a full disk or a closed pipe does.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestLostOutputIsAnError(t *testing.T) {
	for format, write := range Formats {
		if write(full{}, nasty.Document(), checkout) == nil {
			t.Errorf("%s says nothing of it", format)
		}
	}
}
