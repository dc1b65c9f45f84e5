package live

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/live/github"
)

// build asks why a run does not start or does not continue.
func (x examiner) build(d *Details) {
	hub, of := x.clients.GitHub, x.target.Repository
	run := x.facts.Run
	if !run.Known || run.Value.Conclusion == "startup_failure" {
		w, err := hub.Workflow(x.ctx, of, x.target.Workflow)
		d.Workflow = factFrom(w, w.URL, needing(err, "read Actions of "+of))
		p, err := hub.Policy(x.ctx, of)
		d.Policy = factFrom(p, "https://github.com/"+of+"/settings/actions", needing(err, "read the administration of "+of))
	}
	if run.Known && !run.Value.Done() {
		w, err := hub.PendingDeployments(x.ctx, of, run.Value.ID)
		d.Waiting = factFrom(w, run.Value.URL, needing(err, "read Actions of "+of))
	}
}

// said reads the annotations of the failed jobs and of those that deploy.
func (x examiner) said(d *Details) {
	for _, j := range x.facts.Jobs.Value {
		matters := j.Done() && j.Conclusion != "success" && j.Conclusion != "skipped"
		if x.target.deployedBy(j.Name) != "" {
			matters = matters || j.Done() && x.look.Image
		}
		if !matters || len(d.Said) == mostJobs {
			continue
		}
		said, err := x.clients.GitHub.Annotations(x.ctx, x.target.Repository, j.ID)
		d.Said[j.ID] = factFrom(said, j.URL, needing(err, "read checks of "+x.target.Repository))
	}
}

// writing asks what may prevent CI from writing to the GitOps repository.
func (x examiner) writing(d *Details) {
	hub, of, branch := x.clients.GitHub, x.look.GitOps, x.look.GitOpsBranch
	r, err := hub.Repository(x.ctx, of)
	d.GitOps = factFrom(r, r.URL, needing(err, "read "+of))
	rules, err := hub.Rules(x.ctx, of, branch)
	d.Rules = factFrom(rules, "https://github.com/"+of+"/settings/rules", needing(err, "read "+of))
	b, err := hub.Branch(x.ctx, of, branch)
	d.Branch = factFrom(b, "https://github.com/"+of+"/settings/branches", needing(err, "read "+of))
}

// names asks which secrets and variables exist, unless the deploy job has just used them.
func (x examiner) names(d *EnvironmentDetails, e Environment) {
	if j, ok := x.deploy(e.Name); ok && j.Succeeded() {
		return
	}
	d.Secrets = x.stored(e.Name, x.look.Secrets, x.clients.GitHub.Secrets, "secrets")
	d.Variables = x.stored(e.Name, x.look.Variables, x.clients.GitHub.Variables, "variables")
}

func (x examiner) stored(environment string, wanted []string, list ask[[]string], what string) Fact[[]string] {
	if len(wanted) == 0 {
		return known[[]string](nil, "")
	}
	of := x.target.Repository
	page := "https://github.com/" + of + "/settings/environments"
	names, err := list(x.ctx, of, environment)
	if err != nil {
		return factFrom(names, page, needing(err, "read environments of "+of))
	}
	if missing(names, wanted) {
		shared, err := list(x.ctx, of, "")
		if err != nil {
			return factFrom(names, page, needing(err, "read "+what+" of "+of))
		}
		names = append(names, shared...)
	}
	return known(names, page)
}

// missing ignores case, as GitHub does for these names.
func missing(names, wanted []string) bool {
	return slices.ContainsFunc(wanted, func(w string) bool {
		return !slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, w) })
	})
}

// elsewhere looks on other branches for a commit of the deploy.
func (x examiner) elsewhere(d *EnvironmentDetails, e Environment) {
	j, ok := x.deploy(e.Name)
	if !ok || !j.Succeeded() || !e.Holds.Known || e.Holds.Value {
		return
	}
	hub, of := x.clients.GitHub, x.look.GitOps
	pushes, err := hub.Pushes(x.ctx, of)
	if err != nil {
		d.Elsewhere = factFrom(Elsewhere{}, "", needing(err, "read "+of))
		return
	}
	d.Elsewhere = known(Elsewhere{}, "")
	asked := []string{"refs/heads/" + x.look.GitOpsBranch, "refs/heads/" + x.look.Proposals[e.Name]}
	for _, p := range pushes {
		if slices.Contains(asked, p.Ref) || !strings.HasPrefix(p.Ref, "refs/heads/") || len(asked) > mostRefs+1 {
			continue
		}
		asked = append(asked, p.Ref)
		c, err := hub.Commit(x.ctx, of, p.After)
		if err != nil {
			continue
		}
		bump := strings.HasPrefix(c.Subject(), "deploy "+x.target.Application+" to "+e.Name+": ")
		if bump && strings.Contains(c.Message, "@"+x.facts.Commit.Value.SHA) {
			d.Elsewhere = known(Elsewhere{Commit: c, Branch: strings.TrimPrefix(p.Ref, "refs/heads/")}, c.URL)
			return
		}
	}
}

// proposal returns the answer about a pull request as a fact.
func (x examiner) proposal(p github.PullRequest, err error) Fact[github.PullRequest] {
	return factFrom(p, p.URL, needing(err, "read pull requests of "+x.look.GitOps))
}

// hooks asks whether a webhook notifies Argo CD of pushes.
func (x examiner) hooks(d *Details) {
	hub, of := x.clients.GitHub, x.look.GitOps
	all, err := hub.Hooks(x.ctx, of)
	all = slices.DeleteFunc(all, func(h github.Hook) bool { return !h.TellsArgoCD() })
	d.Hooks = factFrom(all, "https://github.com/"+of+"/settings/hooks", needing(err, "read webhooks of "+of))
	for _, h := range all[:min(len(all), mostHooks)] {
		sent, err := hub.Deliveries(x.ctx, of, h.ID)
		d.Deliveries[h.ID] = factFrom(sent, d.Hooks.URL, needing(err, "read webhooks of "+of))
	}
}

// rollbacks asks how the newest runs of the rollback workflow ended.
func (x examiner) rollbacks(d *Details) {
	hub, of := x.clients.GitHub, x.target.Repository
	runs, err := hub.RecentRuns(x.ctx, of, x.look.RollbackWorkflow, x.target.Branch)
	d.Rollbacks = factFrom(runs, "https://github.com/"+of+"/actions/workflows/"+x.look.RollbackWorkflow, needing(err, "read Actions of "+of))
}
