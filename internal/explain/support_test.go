package explain

import (
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/criteria"
)

// TestSupport: every part on which a kind rests is in the output of an example.
func TestSupport(t *testing.T) {
	type row struct {
		kind string
		criteria.Pattern
	}
	var unseen []row
	for _, k := range criteria.Kinds() {
		for _, part := range k.Support {
			unseen = append(unseen, row{k.Name, part.Compile()})
		}
	}
	golden := os.DirFS("../../golden")
	err := fs.WalkDir(golden, ".", func(name string, d fs.DirEntry, err error) error {
		// The example and the repository come before the path.
		parts := strings.SplitN(name, "/", 3)
		if err != nil || d.IsDir() || len(unseen) == 0 || len(parts) < 3 {
			return err
		}
		content, err := fs.ReadFile(golden, name)
		lines := linesOf(artifact.File{Path: parts[2], Content: content})
		unseen = slices.DeleteFunc(unseen, func(r row) bool {
			return slices.ContainsFunc(lines, func(l line) bool { _, ok := r.Match(l.file.Path, l.key, l.text); return ok })
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range unseen {
		t.Errorf("%s rests on %+v, and no line of an example is that", r.kind, r.Part)
	}
}
