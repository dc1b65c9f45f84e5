package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"html"
	"io"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/workspace"
)

// reportOf has one value in every place that a user's text can reach.
func reportOf(s string) Report {
	pos := diag.Position{File: s, Line: 1, Column: 1}
	return Report{Spec: s, Summary: s, Notices: []string{s},
		Diagnostics: diag.List{{Code: diag.BadValue, Rule: s, Path: s, Pos: pos, Message: s, Help: s, Notes: []diag.Note{{Pos: pos, Message: s}}}},
		Changes:     []workspace.Change{{File: artifact.File{Root: artifact.Code, Path: s}, Reason: s}},
		Parts: []Part{{Title: "part", Columns: []string{"a", "b"}, Entries: []Entry{{
			Line: cells(s, s), Below: cells(s), Row: []Cell{{{Text: s, URL: s}}, {{Text: s, Style: Strong}}},
			Test: &Test{Suite: "suite", Group: s, Name: s, Says: s, About: s, Failed: true}}}}}}
}

var (
	command = regexp.MustCompile(`^::(error|notice) ([^:\r\n]+)::([^\r\n]*)$`)
	escapes = regexp.MustCompile(`%(25|0D|0A|3A|2C)`)
)

// FuzzFormats: no value ends a workflow command or begins one, adds a cell to a table
// or a line to a document, is markup, or breaks the JSON of SARIF.
func FuzzFormats(f *testing.F) {
	for _, s := range []string{"", "x", "a\n::error::b", "\r::stop-commands::x", "%0A%25", "a,line=9::b", "##[add-mask]x", "a|b\\|c", "`a`<b>&amp;", "@all", "#1", "[a](b)", "\x00\x1b[31m", "\xff", "a\u2028b", "$x$ :+1: ~~y~~ ![z](w)", "-->"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r := reportOf(s)
		assertCommands(t, r)
		assertMarkdown(t, r)
		assertScreen(t, r)
		var b bytes.Buffer
		for _, write := range []func(io.Writer, Document, Frame) error{SARIF, JSON} {
			b.Reset()
			if err := write(&b, r.Document(), checkout); err != nil || !json.Valid(b.Bytes()) {
				t.Errorf("%q: %v\n%s", s, err, b.String())
			}
			assertPrintable(t, b.String())
			assertNoNull(t, b.Bytes())
		}
		b.Reset()
		var suites junitSuites
		err := JUnit(&b, r.Document(), checkout)
		if err := errors.Join(err, xml.Unmarshal(b.Bytes(), &suites)); err != nil || len(suites.Suites) != 1 || suites.Suites[0].Failures != 1 {
			t.Errorf("%q: %v\n%s", s, err, b.String())
		}
		assertPrintable(t, b.String())
	})
}

// assertScreen: no value adds a line, or moves the cursor.
func assertScreen(t *testing.T, r Report) {
	t.Helper()
	var b, plain bytes.Buffer
	if err := errors.Join(Text(&b, r.Document(), checkout), Text(&plain, reportOf("x").Document(), checkout)); err != nil {
		t.Fatal(err)
	}
	// Without a file, a help or a summary there is less to say.
	if more := strings.Count(b.String(), "\n") - strings.Count(plain.String(), "\n"); more > 0 {
		t.Errorf("%d lines more:\n%q", more, b.String())
	}
	assertPrintable(t, b.String())
}

func assertPrintable(t *testing.T, out string) {
	t.Helper()
	if i := strings.IndexFunc(out, func(r rune) bool { return !unicode.IsPrint(r) && r != '\n' && r != '\t' }); i >= 0 {
		t.Errorf("%q in %q", out[i:i+1], out)
	}
}

func assertCommands(t *testing.T, r Report) {
	t.Helper()
	var b bytes.Buffer
	if err := GitHub(&b, r.Document(), checkout); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
	if len(lines) != 3 {
		t.Fatalf("%d lines, want an error, a notice and the summary:\n%s", len(lines), b.String())
	}
	for _, line := range lines[:2] {
		m := command.FindStringSubmatch(line)
		if m == nil {
			t.Fatalf("no command: %q", line)
		}
		for _, p := range strings.Split(m[2], ",") {
			if key, _, _ := strings.Cut(p, "="); !strings.Contains(" file line col title ", " "+key+" ") {
				t.Errorf("property %q in %q", key, line)
			}
		}
		if strings.Contains(escapes.ReplaceAllString(m[2]+m[3], ""), "%") {
			t.Errorf("a bare %% in %q", line)
		}
	}
	unescape := strings.NewReplacer("%0D", "\r", "%0A", "\n", "%25", "%").Replace
	if got := unescape(command.FindStringSubmatch(lines[1])[3]); got != r.Notices[0] {
		t.Errorf("the notice %q arrives as %q", r.Notices[0], got)
	}
	if last := lines[2]; !strings.HasPrefix(last, "pipegen: ") || strings.Contains(last, "##[") || strings.Contains(last, "\r") {
		t.Errorf("the summary can be a command: %q", last)
	}
}

var ours = regexp.MustCompile(`</?code>|<br>|<!-- -->|&#\d+;|: `)

func assertMarkdown(t *testing.T, r Report) {
	t.Helper()
	var b bytes.Buffer
	if err := Markdown(&b, r.Document(), checkout); err != nil {
		t.Fatal(err)
	}
	// Long values may leave rows out, never add any.
	var plain bytes.Buffer
	if err := Markdown(&plain, reportOf("x").Document(), checkout); err != nil {
		t.Fatal(err)
	}
	lines, want := strings.Split(b.String(), "\n"), strings.Split(plain.String(), "\n")
	if b.Len() < commentSize/2 && len(lines) != len(want) {
		t.Fatalf("%d lines, want %d:\n%s", len(lines), len(want), b.String())
	}
	for i, line := range lines {
		if b.Len() < commentSize/2 && strings.Count(line, "|") != strings.Count(want[i], "|") {
			t.Errorf("line %d has other cells: %q", i+1, line)
		}
	}
	value := escape(r.Notices[0])
	if strings.ContainsAny(ours.ReplaceAllString(value, ""), "&<>|`*_[]\\~$:!@#\r\n") {
		t.Errorf("markup in %q", value)
	}
	if !strings.ContainsFunc(r.Notices[0], func(c rune) bool { return c < ' ' || c >= 0x7f }) {
		if back := html.UnescapeString(strings.ReplaceAll(value, "<!-- -->", "")); back != r.Notices[0] {
			t.Errorf("%q is shown as %q", r.Notices[0], back)
		}
	}
}

// TestMarkdownFits: a report of any size fits into a comment, says what it leaves
// out, and closes what it opens.
func TestMarkdownFits(t *testing.T) {
	big := Report{}
	for range 3000 {
		big.Diagnostics = append(big.Diagnostics, diag.Diagnostic{Code: diag.Drift, Message: strings.Repeat("|", 50)})
		big.Changes = append(big.Changes, workspace.Change{File: artifact.File{Path: "a"}})
	}
	var b bytes.Buffer
	if err := Markdown(&b, big.Document(), checkout); err != nil {
		t.Fatal(err)
	}
	out := b.String()
	if len(out) > 65536 || !strings.HasPrefix(out, "**pipegen**: 3000 errors\n") || !strings.Contains(out, " more findings have no room here.\n") {
		t.Errorf("%d bytes:\n%.200s", len(out), out)
	}
	if strings.Count(out, "<details>") != strings.Count(out, "</details>") {
		t.Error("a part that is not closed")
	}
	few := Report{Changes: big.Changes}
	b.Reset()
	if err := Markdown(&b, few.Document(), checkout); err != nil || !strings.Contains(b.String(), " more files have no room here.\n\n</details>\n") || b.Len() > 65536 {
		t.Errorf("%v\n%d bytes, ending %q", err, b.Len(), b.String()[max(0, b.Len()-100):])
	}
}
