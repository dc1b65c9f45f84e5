package plan

import "time"

// Rendered is the workflow in the GitOps repository that renders what Argo CD reads. Path is its place in the spec.
type Rendered struct {
	Path, Workflow string
	// Folder is what a push has to change for it to run, from the root of the GitOps repository; "" where the manifests of
	// an author may be anywhere.
	Folder string
	Jobs   Jobs
	// Within is how long a commit may wait to be rendered: for a run that has begun before it, and for its own.
	Within time.Duration
}

// DifferenceJob shows in a pull request how the objects change. The jobs that render have RenderPrefix before the name of
// their environment.
const (
	DifferenceJob = "difference"
	RenderPrefix  = "render-"
)

// Branch is the one that Argo CD reads for an environment.
func (p Plan) Branch(e Environment) string {
	if e.Rendered != "" {
		return e.Rendered
	}
	return p.GitOps.Branch
}
