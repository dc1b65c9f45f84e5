package detect

import (
	"os"
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/pipeline"
)

const workflowFolder = ".github/workflows"

// Workflow is an existing GitHub Actions workflow.
type Workflow struct {
	// Path is its path in the git repository.
	Path string
	// Ours reports that pipegen wrote it, and Rich that it pushes an image, or that its jobs have services or variables.
	Ours, Rich bool
}

// rich marks the workflows from which an import takes more than a look at the source.
func rich(all []Workflow, m *pipeline.Model) {
	for _, j := range m.Jobs() {
		if j.Get("services").OK() || j.Get("env").OK() || slices.ContainsFunc(j.Commands(), IsPush) ||
			slices.ContainsFunc(j.Steps, func(s *pipeline.Step) bool { return s.Pushes().OK() }) {
			i := slices.IndexFunc(all, func(w Workflow) bool { return w.Path == j.At().File.Path })
			if i >= 0 {
				all[i].Rich = true
			}
		}
	}
}

// workflowsAt lists the workflows of the git repository at top, or of the folder itself without a repository: GitHub
// reads them only at the top. It parses those that pipegen did not write.
func workflowsAt(top string, folder tree) (all []Workflow, theirs []*pipeline.File) {
	t := folder
	if top != "" {
		root, err := os.OpenRoot(top)
		if err != nil {
			return nil, nil
		}
		defer root.Close()
		t = tree{root}
	}
	files, _ := t.list(workflowFolder)
	for _, name := range files {
		if ext := path.Ext(name); ext != ".yaml" && ext != ".yml" {
			continue
		}
		at := path.Join(workflowFolder, name)
		w := Workflow{Path: at, Ours: strings.Contains(t.text(at), artifact.HeaderMarker)}
		if all = append(all, w); !w.Ours {
			theirs = append(theirs, pipeline.Parse(artifact.File{Root: artifact.Code, Path: at, Content: []byte(t.text(at))}, at))
		}
	}
	return all, theirs
}
