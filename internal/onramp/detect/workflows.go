package detect

import (
	"os"
	"path"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
)

const workflowFolder = ".github/workflows"

// Workflow is an existing GitHub Actions workflow.
type Workflow struct {
	// Path is its path in the git repository.
	Path string
	// Ours reports that pipegen wrote it.
	Ours bool
}

// workflowsAt lists the workflows of the git repository at top, or of the folder itself without a repository: GitHub
// reads them only at the top.
func workflowsAt(top string, folder tree) []Workflow {
	t := folder
	if top != "" {
		root, err := os.OpenRoot(top)
		if err != nil {
			return nil
		}
		defer root.Close()
		t = tree{root}
	}
	var out []Workflow
	files, _ := t.list(workflowFolder)
	for _, name := range files {
		if ext := path.Ext(name); ext != ".yaml" && ext != ".yml" {
			continue
		}
		at := path.Join(workflowFolder, name)
		out = append(out, Workflow{Path: at, Ours: strings.Contains(t.text(at), artifact.HeaderMarker)})
	}
	return out
}
