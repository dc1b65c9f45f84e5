package documents

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/criteria"
)

const verifyDocument = "verify.md"

// TestVerifyKinds: every kind of criterion is in the table, in the compiler's
// order.
func TestVerifyKinds(t *testing.T) {
	_, table, _ := strings.Cut(read(t, verifyDocument), "\n## The promises\n")
	table, _, _ = strings.Cut(table, "\n## ")
	var documented, kinds []string
	for _, m := range regexp.MustCompile("(?m)^\\| `(\\w+)` \\|").FindAllStringSubmatch(table, -1) {
		documented = append(documented, m[1])
	}
	for _, k := range criteria.Kinds() {
		kinds = append(kinds, k.Name)
	}
	if !slices.Equal(documented, kinds) {
		t.Errorf("verify.md has %v, the table of kinds %v", documented, kinds)
	}
}

// TestVerifyExamples finds the sample in what the tests of verify have printed, and
// runs the example.
func TestVerifyExamples(t *testing.T) {
	blocks := blocksOf(read(t, verifyDocument))
	spec := read(t, "../specs/every-promise/pipeline.cue")
	for i, b := range blocks {
		if name, ok := strings.CutPrefix(b.mark, "excerpt of "); ok {
			rest := read(t, filepath.Join("..", name))
			for part := range strings.SplitSeq(b.text, "...\n") {
				_, after, found := strings.Cut(rest, part)
				if !found {
					t.Errorf("verify.md:%d: %s does not have\n%s", b.line, name, part)
				}
				rest = after
			}
		}
		if b.mark == "run" {
			if output, _ := try(t, spec, b); output != blocks[i+1].text {
				t.Errorf("verify.md:%d: prints\n%s\nand not\n%s", b.line, output, blocks[i+1].text)
			}
		}
	}
}
