package documents

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// session runs the shell blocks of a page one after the other in one folder, shop,
// as a reader would, and compares what each prints with the text block below it; a
// block without a text block must not fail. A block marked "file: NAME" is written
// to that file.
func session(t *testing.T, page string) {
	document := read(t, page)
	blocks := blocksOf(document)
	dir := filepath.Join(t.TempDir(), "shop")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	var want strings.Builder
	end := 0
	printed := ""
	for i, b := range blocks {
		text := b.text
		name, isFile := strings.CutPrefix(b.mark, "file: ")
		switch {
		case isFile:
			place := filepath.Join(dir, name)
			if err := os.MkdirAll(filepath.Dir(place), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(place, []byte(b.text), 0o644); err != nil {
				t.Fatal(err)
			}
		case b.mark == "run":
			output, code := run(t, dir, b.text)
			printed = withoutNotice(output)
			if shown := i+1 < len(blocks) && blocks[i+1].lang == "text"; !shown && code != 0 {
				t.Errorf("%s:%d: exit code %d:\n%s", page, b.line, code, output)
			}
		case b.lang == "text":
			text = printed
		}
		want.WriteString(document[end:b.at] + text)
		end = b.at + len(b.text)
	}
	settle(t, page, document, want.String()+document[end:])
}

func TestLiving(t *testing.T) { session(t, "living.md") }

func TestServices(t *testing.T) { session(t, "services.md") }

func TestEditors(t *testing.T)      { session(t, "editors.md") }
func TestOwnManifests(t *testing.T) { session(t, "own-manifests.md") }

func TestPins(t *testing.T) { session(t, "pins.md") }
