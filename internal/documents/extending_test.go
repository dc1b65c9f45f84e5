package documents

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestExtending runs check on every example, which passes unless it is marked as refused, and finds every excerpt in the
// output or in the messages of the example before it.
func TestExtending(t *testing.T) {
	blocks := blocksOf(read(t, "extending.md"))
	var last block
	for _, b := range blocks {
		if b.lang == "cue" {
			last = b
		}
		example := last
		if example.mark == "refused" {
			example.mark = "partial"
		}
		t.Run(fmt.Sprintf("line %d", b.line), func(t *testing.T) {
			t.Parallel()
			switch {
			case b.mark == "refused":
				if output, code := try(t, base(blocks), example); code != 1 {
					t.Errorf("exit code %d:\n%s", code, output)
				}
			case b.mark == "message":
				if output, _ := try(t, base(blocks), example); !strings.Contains(output, strings.ReplaceAll(strings.TrimSpace(b.text), "\n", " ")) {
					t.Errorf("the example before is not refused so, but\n%s", output)
				}
			case b.lang == "cue":
				if output, code := try(t, base(blocks), b); code != 0 {
					t.Errorf("exit code %d:\n%s", code, output)
				}
			case b.mark == "output":
				if !strings.Contains(generated(t, within(base(blocks), example.text)), b.text) {
					t.Errorf("the example before does not give this:\n%s", b.text)
				}
			default:
				t.Errorf("no test for a block marked %q", b.mark)
			}
		})
	}
}

// generated are all generated files of a spec, one after the other.
func generated(t *testing.T, spec string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "pipeline.cue"), []byte(spec), 0o644); err != nil {
		t.Fatal(err)
	}
	output, code := run(t, dir, "pipegen generate --out out >log 2>&1 || { cat log; exit 1; }; find out -type f | sort | xargs cat")
	if code != 0 {
		t.Fatal(output)
	}
	return output
}
