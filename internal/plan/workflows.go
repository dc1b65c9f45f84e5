package plan

import (
	"path"
	"slices"
	"strings"
)

// The workflows of a pipeline whose spec is at the root of the repository, and the page about them. Patterns and texts
// that are about every pipeline name them so: see Usual and Named.
const (
	UsualWorkflow = WorkflowsFolder + "ci.yaml"
	UsualRollback = WorkflowsFolder + "rollback.yaml"
	UsualTests    = WorkflowsFolder + "tests.yaml"
	// UsualPromotion is any workflow that promotes: there may be one for each environment.
	UsualPromotion = WorkflowsFolder + "promote.yaml"
	UsualReadme    = WorkflowsFolder + "README.md"
	UsualPreviews  = WorkflowsFolder + "previews.yaml"
	UsualRendering = WorkflowsFolder + "render.yaml"
)

// WorkflowsFolder is where GitHub looks for workflows.
const WorkflowsFolder = ".github/workflows/"

// InFolder reports whether the spec is in a folder of the repository, where others may be beside it.
func (p Plan) InFolder() bool { return strings.Contains(p.SpecFile, "/") }

// JobsIn are the jobs of a workflow, by its path in the code repository.
func (p Plan) JobsIn(file string) Jobs {
	switch file {
	case p.Workflow:
		return p.Jobs
	case p.RollbackWorkflow:
		return p.RollbackJobs
	case p.TestRuns.Workflow:
		return p.TestRuns.Jobs
	}
	if p.Previews != nil && file == p.Previews.Workflow {
		return p.Previews.Jobs
	}
	if p.GitOps.Rendered != nil && file == p.GitOps.Rendered.Workflow {
		return p.GitOps.Rendered.Jobs
	}
	for _, one := range p.Promotions {
		if file == one.Workflow {
			return one.Jobs
		}
	}
	return nil
}

// Usual returns the path that a file of the output has where the spec is at the root of the repository, and there is one
// workload.
func (p Plan) Usual(file string) string {
	switch file {
	case p.Workflow:
		return UsualWorkflow
	case p.RollbackWorkflow:
		return UsualRollback
	case p.TestRuns.Workflow:
		return UsualTests
	case p.Readme:
		return UsualReadme
	}
	if p.Previews != nil && file == p.Previews.Workflow {
		return UsualPreviews
	}
	if p.GitOps.Rendered != nil && file == p.GitOps.Rendered.Workflow {
		return UsualRendering
	}
	if slices.ContainsFunc(p.Promotions, func(one Promotion) bool { return one.Workflow == file }) {
		return UsualPromotion
	}
	return p.usualFolder(file)
}

// Named puts the names of this pipeline's workflows into a text that is about every pipeline.
func (p Plan) Named(text string) string {
	return strings.NewReplacer(path.Base(UsualWorkflow), path.Base(p.Workflow), path.Base(UsualRollback), path.Base(p.RollbackWorkflow)).Replace(text)
}
