package generate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// gatesOf are the results of a run that releases by which some criteria were kept.
func gatesOf(p plan.Plan, ids []string) []plan.Kept {
	var out []plan.Kept
	for _, id := range ids {
		for _, c := range p.Criteria {
			if c.ID == id {
				out = append(out, keptBy(p, c)...)
			}
		}
	}
	return out
}

// keptBy are the steps that fail for a criterion or measure it, in the jobs of a run that releases, or its tests.
func keptBy(p plan.Plan, c plan.Criterion) []plan.Kept {
	var out []plan.Kept
	add := func(j plan.Job, step string, warns bool) {
		// A matrix runs it under this name with the values behind it.
		job, _, _ := strings.Cut(j.Name, " (${{")
		out = append(out, plan.Kept{Criterion: c.ID, Job: job, Step: step, Warns: warns})
	}
	for _, j := range p.Jobs {
		if j.Runs&p.Release.Runs == 0 {
			continue
		}
		for _, s := range j.Steps {
			if s.Bites == c.ID || s.Measures == c.ID {
				add(j, s.Name, s.Measures == c.ID)
			}
		}
	}
	asked := slices.ContainsFunc(p.Demands.All, func(d plan.Demand) bool { return d.Ask == plan.Tested && d.Criterion.ID == c.ID })
	for _, t := range p.Tests {
		if asked && c.Covers(t.Image, "") {
			add(p.Jobs.Find(t.Job), "", false)
		}
	}
	return out
}

// gatesFit refuses criteria of which no run of the workflow says whether they were kept.
func gatesFit(s input, p plan.Plan) diag.List {
	var out diag.List
	for _, e := range s.Environments {
		if len(e.Value.Gates) == 0 {
			continue
		}
		at := schema.Join("environments", e.ID) + ".gates"
		if startOf(e.Value) == plan.WithBuild {
			out = append(out, diag.Diagnostic{Code: diag.NotApplicable, Path: at, Help: "write it where a commit is promoted, beside on: tag, release or hand",
				Message: fmt.Sprintf("%s does nothing: %s is deployed to by the run that builds, which stops by itself where a gate fails", at, e.ID)})
			continue
		}
		out = append(out, namedOnce(at, e.Value.Gates, "criterion", ids(s.Criteria), "there are no criteria", "leave it out")...)
		out = append(out, soaksLongEnough(p, p.Promotion(p.Environment(e.ID)))...)
		for i, id := range e.Value.Gates {
			if c, ok := s.asked(id); ok {
				out = append(out, figuresFit(s, p, p.Environment(e.ID), schema.Item(at, i), c)...)
			} else if slices.Contains(ids(s.Criteria), id) && len(gatesOf(p, []string{id})) == 0 {
				out = append(out, diag.Diagnostic{Code: diag.NotApplicable, Path: schema.Item(at, i), Help: canGate(p),
					Message: fmt.Sprintf("criterion %s cannot be a gate of %s: no job of %s holds or measures it, so that no run says whether it was kept", id, e.ID, p.Workflow)})
			}
		}
	}
	return out
}

// canGate says which criteria of a spec a run knows of.
func canGate(p plan.Plan) string {
	var can []string
	for _, c := range p.Criteria {
		if len(keptBy(p, c)) > 0 {
			can = append(can, c.ID)
		}
	}
	const person = "Prometheus of errors, latency and available; for what only the cluster knows, let a person approve the deploy: approval: true"
	if len(can) == 0 {
		return "leave it out: no run here knows of a criterion; " + person
	}
	return "a run knows of " + plan.And(can) + ", and " + person
}
