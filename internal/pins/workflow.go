package pins

import (
	"bytes"
	"fmt"
	"path"

	"github.com/pipegen/pipegen/internal/artifact"
)

// Folder is where workflows lie in the code repository.
const Folder = ".github/workflows"

// Workflow reports whether GitHub takes a file for a workflow.
func Workflow(f artifact.File) bool {
	ext := path.Ext(f.Path)
	return f.Root == artifact.Code && path.Dir(f.Path) == Folder && (ext == ".yaml" || ext == ".yml")
}

// Alike reports whether a workflow on disk is what the spec gives, except for its pins.
func Alike(old, want []byte) bool {
	return bytes.Equal(artifact.Normal(Undo(old, want)), artifact.Normal(want))
}

// Named reports whether a person means the action by a name: its own, or that of its repository.
func (b Bump) Named(action string) bool { return action == b.Name || action == Repository(b.Name) }

// String describes a bump in a sentence.
func (b Bump) String() string {
	if b.From.Version == b.To.Version {
		return fmt.Sprintf("%s %s (%.12s → %.12s)", b.Name, b.To.Version, b.From.SHA, b.To.SHA)
	}
	return fmt.Sprintf("%s %s → %s", b.Name, b.From, b.To)
}
