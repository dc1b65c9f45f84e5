package yamldoc

import (
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// TestSimpleHoles: the holes that are found without the YAML parser are those that it finds, in every fragment.
func TestSimpleHoles(t *testing.T) {
	simple := 0
	agree := func(name, text string) {
		f := &Fragment{lines: strings.Split(strings.TrimRight(text, "\n"), "\n")}
		if !f.simple() {
			return
		}
		simple++
		parsed := &Fragment{name: name, lines: f.lines}
		var doc yaml.Node
		if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
			t.Errorf("%s: %v", name, err)
		} else if err := parsed.find(&doc, nil); err != nil || !slices.Equal(parsed.holes, f.holes) {
			t.Errorf("%s: %+v, and by the parser %+v, %v", name, f.holes, parsed.holes, err)
		}
	}
	templates := os.DirFS("../../templates")
	err := fs.WalkDir(templates, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, ".yaml") {
			return err
		}
		text, err := fs.ReadFile(templates, name)
		agree(name, string(text))
		return err
	})
	if err != nil || simple < 50 {
		t.Errorf("%d simple fragments, %v", simple, err)
	}
	for _, text := range []string{
		"# a\n# b\na: !fill a\n", "- a: !fill a\n  # why\n  b: !fill b\n- !fill c\n", "a:\n  - - b: !fill b\n", "a: {b: !fill b}\n",
		"a: [!fill b]\n", "a: !fill b # c\n", "a: |\n  b: !fill b\n", "a: >-\n  b: !fill b\n", "a: &x !fill b\n", "? !fill a\n: b\n",
		"a:   !fill   b\n", "a: !fill b!\n", "a b: !fill c\n", "- - !fill a\n", "-  a: !fill a\n", "a: !fill b\n  c\n",
	} {
		agree(text, text)
	}
}
