package generate

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

const (
	// renderMinutes is for a clone, a download and at most five tries to push.
	renderMinutes = 3
	// renderSeconds is how long a commit may wait to be rendered: for a run that has begun before it, and for its own.
	renderSeconds = 2 * 60 * renderMinutes
)

// renderedOf is the workflow that renders, nil where Argo CD does.
func renderedOf(s input, of plan.Plan) *plan.Rendered {
	if s.GitOps.Rendered == nil {
		return nil
	}
	out := &plan.Rendered{Path: "gitops.rendered", Workflow: renderWorkflow(s), Folder: of.GitOps.Folder, Within: renderSeconds * time.Second}
	if len(of.OwnFolders()) > 0 {
		out.Folder = ""
	}
	for _, e := range of.Environments {
		out.Jobs = append(out.Jobs, plan.Job{ID: plan.RenderPrefix + e.Name, Name: "Render " + e.Name, Path: e.Path, Runs: plan.Push, Limit: plan.Limit{Minutes: renderMinutes},
			Rights: []plan.Right{right("contents", "write", "push what is rendered to a branch of this repository")}})
	}
	out.Jobs = s.placed(append(out.Jobs, plan.Job{ID: plan.DifferenceJob, Name: "Difference", Path: out.Path, Runs: plan.PullRequest | plan.Fork, Limit: plan.Limit{Minutes: renderMinutes},
		Rights: []plan.Right{right("contents", "read", "check out the pull request")}}))
	return out
}

// renderWorkflow is the path of the workflow. Several pipelines have one beside one another in a GitOps repository.
func renderWorkflow(s input) string { return plan.WorkflowsFolder + s.Name + "-render.yaml" }

// renderedBranch is the branch with what is rendered for an environment, "" where Argo CD renders.
func renderedBranch(s input, environment string) string {
	if s.GitOps.Rendered == nil {
		return ""
	}
	return plan.For(s.GitOps.Rendered.Branch, environment)
}

// renderedFits refuses what the workflow that renders cannot do, or what would undo it.
func renderedFits(s input) diag.List {
	if s.GitOps.Rendered == nil {
		return nil
	}
	const at = "gitops.rendered"
	var out diag.List
	no := func(at, help, format string, args ...any) {
		out = append(out, diag.Diagnostic{Code: diag.Contradiction, Rule: "X38", Path: at, Message: fmt.Sprintf(format, args...), Help: help})
	}
	g := gitopsOf(s)
	if g.SameRepository {
		no(at, "name a repository of its own in gitops.repository, or leave "+at+" out", "%s needs a GitOps repository of its own: what a job pushes with the token of its run starts no workflow, and the deploys would not be rendered", at)
	}
	for _, w := range s.workloads {
		if w.Own != nil && w.Own.Chart != nil {
			no(w.Path, "leave "+at+" out: Argo CD then renders the chart and the overlays", "%s is a chart, and the workflow of %s renders with kustomize alone", w.Name, at)
		}
	}
	for _, c := range s.Secrets {
		if c.Value.Sops {
			no(schema.Join("secrets", c.ID)+".sops", "leave "+at+" out: Argo CD then decrypts as it renders", "what %s renders is committed, and with SOPS the values of %s would be in it for all to read", at, c.ID)
		}
	}
	if s.GitOps.Signed {
		no("gitops.signed", "leave it out, or "+at, "GitHub signs what is committed through its API, and %s has git commit what is rendered", at)
	}
	for _, e := range s.Environments {
		branch := renderedBranch(s, e.ID)
		for _, other := range [][2]string{{s.GitOps.Branch, "the one that people and CI change"}, {proposals, "where pull requests of deploys come from"}, {rollbacks, "where rollbacks come from"}} {
			if beside(branch, other[0]) {
				no(at+".branch", fmt.Sprintf("for example %q", "environments/{environment}"), "what is rendered for %s would be in the branch %s, which cannot be beside %s, %s", e.ID, branch, other[0], other[1])
			}
		}
	}
	return out
}

// beside reports two branches that git cannot both have: the same, or one that is a folder of the other.
func beside(a, b string) bool {
	return a == b || strings.HasPrefix(a, b+"/") || strings.HasPrefix(b, a+"/")
}

// rendersFor are the patterns of what starts the workflow that renders, nil where every push does.
func (r *renderer) rendersFor() []string {
	p := r.plan.GitOps.Rendered
	if p.Folder == "" {
		return nil
	}
	return slices.Sorted(slices.Values([]string{path.Join(p.Folder, "**"), p.Workflow}))
}

// renderedSteps are what the workflow that renders needs: that it may push, and that nobody else does.
func renderedSteps(p plan.Plan) []SetupStep {
	if p.GitOps.Rendered == nil {
		return nil
	}
	var branches []string
	for _, e := range p.Environments {
		branches = append(branches, e.Rendered)
	}
	return []SetupStep{{Title: "The rendered branches", Text: fmt.Sprintf("Let workflows run in this repository. Once `%s` has made the branches `%s`, protect them against everybody but `github-actions`: nobody else pushes to them, or deletes them. Argo CD deploys what is there, whoever wrote it.",
		p.GitOps.Rendered.Workflow, strings.Join(branches, "`, `"))}}
}
