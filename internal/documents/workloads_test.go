package documents

import (
	"fmt"
	"testing"
)

// TestWorkloads runs check on every example.
func TestWorkloads(t *testing.T) {
	blocks := blocksOf(read(t, "workloads.md"))
	for _, b := range blocks {
		t.Run(fmt.Sprintf("line %d", b.line), func(t *testing.T) {
			t.Parallel()
			if output, code := try(t, base(blocks), b); code != 0 {
				t.Errorf("exit code %d:\n%s", code, output)
			}
		})
	}
}
