package documents

import (
	"regexp"
	"strings"
	"testing"
)

var codeConstant = regexp.MustCompile(`(?m)^\t\w+ +Code = "([a-z-]+)"$`)

// TestDiagnostics runs the example of every code and compares what is printed
// with the text block below it.
func TestDiagnostics(t *testing.T) {
	document := read(t, "diagnostics.md")
	blocks := blocksOf(document)
	outputs := make([]string, len(blocks))
	t.Run("examples", func(t *testing.T) {
		for i, b := range blocks {
			outputs[i] = b.text
			if b.lang != "text" {
				continue
			}
			t.Run(b.section, func(t *testing.T) {
				t.Parallel()
				if b.section == "script" && !hasShellcheck() {
					t.Skip("shellcheck is not installed")
				}
				output, code := try(t, base(blocks), blocks[i-1])
				outputs[i] = withoutNotice(output)
				// Only an error fails a run.
				want := 0
				if strings.Contains(output, "error: ") {
					want = 1
				}
				if !regexp.MustCompile(`\[`+b.section+`(, [A-Z][0-9]+)?\]\n`).MatchString(output) || code != want {
					t.Errorf("diagnostics.md:%d: exit code %d, and no %s in\n%s", b.line, code, b.section, output)
				}
			})
		}
	})
	var want strings.Builder
	end := 0
	for i, b := range blocks {
		want.WriteString(document[end:b.at] + outputs[i])
		end = b.at + len(b.text)
	}
	settle(t, "diagnostics.md", document, want.String()+document[end:])
}

// withoutNotice makes the output the same where shellcheck is not installed.
func withoutNotice(output string) string { return notLinted.ReplaceAllString(output, "") }

var notLinted = regexp.MustCompile(`(?m)^notice: (?:\S+: )?shellcheck is not installed.*\n`)

// TestDiagnosticsComplete holds the sections against the table of codes.
func TestDiagnosticsComplete(t *testing.T) {
	codes := codeConstant.FindAllStringSubmatch(read(t, "../internal/diag/code.go"), -1)
	if len(codes) == 0 {
		t.Fatal("no codes found in code.go")
	}
	document := read(t, "diagnostics.md")
	shown := map[string]bool{"internal": true} // a bug has no example until it is found
	for _, b := range blocksOf(document) {
		shown[b.section] = shown[b.section] || b.lang == "text"
	}
	known := map[string]bool{}
	for _, m := range codes {
		known[m[1]] = true
		if !shown[m[1]] {
			t.Errorf("diagnostics.md shows no example of %s", m[1])
		}
	}
	for _, m := range regexp.MustCompile("(?m)^### `([a-z-]+)`$").FindAllStringSubmatch(document, -1) {
		if !known[m[1]] {
			t.Errorf("diagnostics.md has the section %s, and there is no such code", m[1])
		}
		delete(known, m[1])
	}
	for code := range known {
		t.Errorf("diagnostics.md has no section ### `%s`", code)
	}
}
