package diagnose

import (
	"path"
	"slices"

	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/live"
	"github.com/pipegen/pipegen/internal/live/verdict"
	"github.com/pipegen/pipegen/internal/plan"
)

// Suspected returns the troubles that the facts show or cannot rule out.
func Suspected(p plan.Plan, f live.Facts) []Trouble {
	d := delivery{plan: p, facts: f}
	is := map[Trouble]bool{Build: d.unbuilt()}
	for _, r := range verdict.Judge(p, f).Chain {
		if !slices.Contains([]string{"run", "gitops"}, r.ID) && r.Status != criteria.Kept {
			is[Sync] = true
		}
	}
	for _, e := range f.Environments {
		// If nothing was built, nothing could be deployed.
		if !is[Build] && !(e.Holds.Known && e.Holds.Value) {
			is[Image] = true
		}
		here := environment{Environment: e}
		if _, no := lastBack(d, here); no == nil || of(back, redeployed)(d, here).status == Found || sourceReverted(d, here).status == Found {
			is[Rollback] = true
		}
	}
	return slices.DeleteFunc(Troubles(), func(t Trouble) bool { return !is[t] })
}

// unbuilt reports whether the run is not known to have reached the deploys.
func (p delivery) unbuilt() bool {
	run := p.facts.Run
	if !run.Known || !run.Value.Done() {
		return true
	}
	if run.Value.Succeeded() {
		return false
	}
	deploys := false
	for _, j := range p.facts.Jobs.Value {
		if failedJob(j) && !p.deploying(j) {
			return true
		}
		deploys = deploys || failedJob(j) && p.deploysTo(j) != ""
	}
	return !deploys
}

// goesBack reports whether there is a workflow that takes deploys back.
func goesBack(p plan.Plan) bool { return len(p.RollbackJobs) > 0 }

// ExamineOptions returns what live.Examine has to ask for some troubles.
func ExamineOptions(p plan.Plan, troubles []Trouble) live.ExamineOptions {
	l := live.ExamineOptions{
		Build: slices.Contains(troubles, Build), Image: slices.Contains(troubles, Image),
		Sync: slices.Contains(troubles, Sync), Rollback: slices.Contains(troubles, Rollback),
		GitOps: p.GitOps.Repository, GitOpsBranch: p.GitOps.Branch,
	}
	if goesBack(p) {
		l.RollbackWorkflow = path.Base(p.RollbackWorkflow)
	}
	if p.GitOps.Rendered != nil {
		l.RenderWorkflow = path.Base(p.GitOps.Rendered.Workflow)
	}
	l.Sources = map[string]live.Source{}
	for _, in := range p.Instances() {
		var s live.Source
		if root := in.Root; root != nil {
			s.Root, s.RootProject = root.Name, root.Project
		}
		if in.ApplicationSet != "" && len(p.Listed().By(in).Environments) > 0 {
			s.Set = p.Name
		}
		if s != (live.Source{}) {
			l.Sources[in.Cluster] = s
		}
	}
	l.Variables, l.Secrets = p.SecretNames(plan.VariableInGitHub, plan.ByDeploys), p.SecretNames(plan.InGitHub, plan.ByDeploys)
	if p.GitOps.Proposes {
		l.Proposals, l.Rollbacks = map[string]string{}, map[string]string{}
		for _, e := range p.Environments {
			l.Proposals[e.Name], l.Rollbacks[e.Name] = e.Proposal, e.Rollbacks
		}
	}
	return l
}
