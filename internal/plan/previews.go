package plan

import (
	"strings"
	"time"
)

// Previews are copies of what runs, one for each pull request that asks for it. Path is their place in the spec.
type Previews struct {
	Path string
	// Label asks for one, and Ready is the label that CI sets once the image is there and there is room: Argo CD makes an
	// Application for a pull request that has both.
	Label, Ready string
	// Most is how many there may be at once.
	Most int
	// Every is how often Argo CD asks which pull requests there are.
	Every time.Duration
	// Secret and Key are the token by which it asks, "" for none.
	Secret, Key string
	// Prefix begins the names of their Applications and namespaces; the number of the pull request ends them.
	Prefix string
	// Project is the project of Argo CD for them, ProjectFile and Set are the files of it and of the ApplicationSet, from
	// the root of the GitOps repository.
	Project, ProjectFile, Set string
	// Overlay is what Argo CD renders for each of them. Its namespace is nobody's: Argo CD puts another in its place.
	Overlay Environment
	// Hosts are the names under which workloads answer, with {number} for that of the pull request, by the workloads' names.
	Hosts map[string]string
	// Pods, CPU and Memory are what the pods of one may ask for together.
	Pods        int
	CPU, Memory string
	// Workflow is its path in the code repository, and Builds are the jobs that build the images, in their order.
	Workflow string
	Builds   []PreviewBuild
	Jobs     Jobs
}

// PreviewBuild is a job that builds an image for a platform.
type PreviewBuild struct {
	Job, Image string
	Leg        Leg
}

// AdmitJob is the job that lets a pull request have a preview.
const AdmitJob = "admit"

// PreviewTag is the tag of the image of a pull request. number and commit are how its reader writes these two.
func PreviewTag(number, commit string) string { return "pr-" + number + "-" + commit }

// Trusted is the condition of a run that may push the image of a pull request: of a branch of the repository, with the
// label, and not of a fork.
func (p Previews) Trusted() string {
	return "github.event_name == 'pull_request' && github.event.action != 'closed' && github.event.pull_request.head.repo.full_name == github.repository && " + hasLabel(p.Label)
}

// Concerned is the condition of a run that has something to decide about a preview.
func (p Previews) Concerned() string {
	return "(" + hasLabel(p.Label) + " || " + hasLabel(p.Ready) + ") && !cancelled()"
}

func hasLabel(name string) string {
	return "contains(github.event.pull_request.labels.*.name, '" + name + "')"
}

// Host is the name under which a workload of a preview answers, "" for none.
func (p Previews) Host(workload, number string) string {
	return strings.ReplaceAll(p.Hosts[workload], "{number}", number)
}
