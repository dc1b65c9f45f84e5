package documents

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestImportPage writes the files of the page, runs its commands in their folder,
// and compares the output of each with the text block below it.
func TestImportPage(t *testing.T) {
	const name = "import.md"
	document := read(t, name)
	dir := t.TempDir()
	var want strings.Builder
	end, said := 0, ""
	for _, b := range blocksOf(document) {
		text := b.text
		switch file, isFile := strings.CutPrefix(b.mark, "file "); {
		case isFile:
			at := filepath.Join(dir, file)
			if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(at, []byte(b.text), 0o644); err != nil {
				t.Fatal(err)
			}
		case b.mark == "run":
			var code int
			if said, code = run(t, dir, b.text); code != 0 || said == "" {
				t.Errorf("%s:%d: exit code %d, and it says %q", name, b.line, code, said)
			}
		case b.lang == "text":
			text = said
		default:
			t.Errorf("%s:%d: nothing is done with this block", name, b.line)
		}
		want.WriteString(document[end:b.at] + text)
		end = b.at + len(b.text)
	}
	settle(t, name, document, want.String()+document[end:])
}
