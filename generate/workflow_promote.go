package generate

import (
	"strings"
	"time"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
)

// promotions writes a workflow for each promotion. None of them builds: what is deployed is what the environment before
// has run of a commit, by its digest.
func (r *renderer) promotions() {
	for _, p := range r.plan.Promotions {
		jobs := []yamldoc.Doc{r.findJob(p, p.Jobs.Find(p.Find))}
		for _, e := range r.plan.Environments {
			if e.Promoted == p.To {
				jobs = append(jobs, r.deployJobs(e, p.Jobs)...)
			}
		}
		if j := p.Jobs.Find(plan.NoticeJob + "-" + p.To); j.ID != "" {
			jobs = append(jobs, r.ownJob(j))
		}
		r.addWorkflow(p.Workflow, r.fill("github/promote", yamldoc.Values{
			"name": r.own("name", "Promote "+r.plan.Name+" to "+p.To),
			"on":   yamldoc.Block(r.startedBy(p)),
			"jobs": yamldoc.Block(yamldoc.Spaced(jobs...)),
		}))
	}
}

func (r *renderer) startedBy(p plan.Promotion) yamldoc.Doc {
	switch p.Start {
	case plan.AtTag:
		return r.fill("github/on-tag-alone", yamldoc.Values{"tags": r.own(p.Path+".tag", []string{p.Tags}).Flow()})
	case plan.AtRelease:
		return r.fill("github/on-release", yamldoc.Values{"types": r.own(p.Path+".release", []string{p.Release}).Flow()})
	}
	return r.fill("github/on-hand", yamldoc.Values{})
}

// findJob finds the images that the environment before ran of the commit, and asks who has built them.
func (r *renderer) findJob(p plan.Promotion, j plan.Job) yamldoc.Doc {
	e := r.plan.Environment(p.To)
	c := r.credential(e, j)
	outputs := yamldoc.Map{{Key: "commit", Value: yamldoc.Of("${{ steps.find.outputs.commit }}")}}
	at, lines := "", []string{}
	for _, i := range r.plan.ImagesIn(e) {
		at, lines = i.Path+".name", append(lines, i.Name+"="+r.plan.Environment(p.From).Pulls(i).Reference)
		for _, kind := range []string{"tag-", "digest-"} {
			outputs = append(outputs, yamldoc.Entry{Key: kind + i.Name, Value: yamldoc.Of("${{ steps.find.outputs." + kind + i.Name + " }}")})
		}
	}
	soak, source, wanted, chosen := yamldoc.Omit, yamldoc.Of("${{ github.token }}"), yamldoc.Omit, "find-tag"
	if p.Soak > 0 {
		soak = r.own(e.Path+".soak", int(p.Soak/time.Second))
	}
	if p.Start == plan.ByPerson {
		source, wanted, chosen = yamldoc.Omit, yamldoc.Of("${{ inputs.version }}"), "find-hand"
	}
	find := r.fill("github/find-step", yamldoc.Values{
		"name":        r.step(j, plan.StepFind),
		"token":       c.token,
		"key":         c.key,
		"sourceToken": source,
		"environment": r.own(e.Path, e.Name),
		"branch":      r.own("gitops.branch", r.plan.GitOps.Branch),
		"from":        r.own(e.AfterPath, p.From),
		"after":       r.own(e.AfterPath, p.FromLive),
		"source":      r.own("source.branch", r.plan.Source.Branch),
		"wanted":      wanted,
		"wait":        yamldoc.Of(int(p.Waits / time.Second)),
		"soak":        soak,
		"images":      yamldoc.From(at, strings.Join(lines, "\n")),
		"run":         r.script(c.start[0], "find-start", chosen, "find"),
	})
	steps := []yamldoc.Doc{c.steps, r.fill("github/deploy-checkouts", r.checkouts(j, c)), r.getKustomize(), find}
	steps = append(append(steps, r.gates(p, j)...), r.figures(p, j)...)
	return r.job(j, "github/find", yamldoc.Values{
		"condition":   r.optional("", r.when(j)),
		"environment": r.environment(e),
		"outputs":     yamldoc.Of(outputs),
		"steps":       yamldoc.Block(yamldoc.Spaced(append(steps, r.verify(p, j)...)...)),
	}, "# Outside of the queue of the deploys: it may have to wait for a while.")
}

// gates asks whether the run that built the commit kept what the spec asks for.
func (r *renderer) gates(p plan.Promotion, j plan.Job) []yamldoc.Doc {
	if len(p.Gates) == 0 {
		return nil
	}
	var lines []string
	for _, k := range p.Gates {
		lines = append(lines, k.Line())
	}
	return []yamldoc.Doc{r.fill("github/gates-step", yamldoc.Values{
		"name":        r.step(j, plan.StepGates),
		"environment": r.own(p.Path, p.To),
		"workflow":    r.own("", r.plan.Workflow),
		"branch":      r.own("source.branch", r.plan.Source.Branch),
		"gates":       yamldoc.From(p.GatesPath, strings.Join(lines, "\n")),
		"run":         r.script("gates"),
	})}
}

// verify asks whether this repository has built the images that were found, where it can read their attestations.
func (r *renderer) verify(p plan.Promotion, j plan.Job) []yamldoc.Doc {
	var logins []yamldoc.Doc
	var lines []string
	known := map[string]bool{}
	at := ""
	for _, i := range r.plan.Verified(r.plan.Environment(p.To)) {
		at, lines = i.Path+".name", append(lines, i.Reference+"@${{ steps.find.outputs.digest-"+i.Name+" }}")
		if known[i.Registry] {
			continue
		}
		known[i.Registry] = true
		if i.Login.Kind == plan.ByRunToken {
			logins = append(logins, r.login(i, j, ""))
		} else {
			logins = append(logins, r.readLogin(r.readerOf(i.Registry), ""))
		}
	}
	if len(lines) == 0 {
		return nil
	}
	return append(logins, r.fill("github/verify-step", yamldoc.Values{
		"name":        r.step(j, plan.StepVerify),
		"environment": r.own(p.Path, p.To),
		"workflow":    r.own("", r.plan.Workflow),
		"refs":        r.releaseRefs(),
		"images":      yamldoc.From(at, strings.Join(lines, "\n")),
		"run":         r.script("attested", "verify"),
	}))
}

// commit is the commit that a promotion is for, which its deploys take for their own.
func (r *renderer) commit(e plan.Environment) yamldoc.Value {
	if e.Promoted == "" {
		return yamldoc.Omit
	}
	return yamldoc.Of("${{ needs." + r.plan.Promotion(e).Find + ".outputs.commit }}")
}

// promotedBy says in the commit of a deploy what has started the promotion.
func (r *renderer) promotedBy(e plan.Environment) yamldoc.Value {
	switch p := r.plan.Promotion(e); {
	case e.Promoted == "":
		return yamldoc.Omit
	case p.Start == plan.ByPerson:
		return yamldoc.Of("${{ github.actor }}")
	default:
		return yamldoc.Of("${{ github.ref_name }}, ${{ github.actor }}")
	}
}

// origin has the commit of a deploy say what has promoted it.
func (r *renderer) origin(e plan.Environment, script string) []string {
	if e.Promoted == "" {
		return []string{script}
	}
	return []string{"promoted-by", script}
}
