package documents

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestLiveExamples finds the samples of the verbs that change what is live in what their tests have printed, and runs
// the example of each.
func TestLiveExamples(t *testing.T) {
	liveExamples(t, "rollback.md", 4)
	liveExamples(t, "environments.md", 2)
}

func liveExamples(t *testing.T, page string, want int) {
	t.Helper()
	blocks := blocksOf(read(t, page))
	spec := read(t, "../specs/every-promise/pipeline.cue")
	samples := 0
	for i, b := range blocks {
		if name, ok := strings.CutPrefix(b.mark, "excerpt of "); ok {
			samples++
			rest := read(t, filepath.Join("..", name))
			for part := range strings.SplitSeq(b.text, "...\n") {
				_, after, found := strings.Cut(rest, part)
				if !found {
					t.Errorf("%s:%d: %s does not have\n%s", page, b.line, name, part)
				}
				rest = after
			}
		}
		if b.mark == "run" {
			samples++
			if output, _ := try(t, spec, b); output != blocks[i+1].text {
				t.Errorf("%s:%d: prints\n%s\nand not\n%s", page, b.line, output, blocks[i+1].text)
			}
		}
	}
	if samples != want {
		t.Errorf("%s: %d samples were looked at, want %d", page, samples, want)
	}
}
