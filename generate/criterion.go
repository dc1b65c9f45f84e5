package generate

import (
	"slices"
	"time"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// input is what is compiled: a spec, and what its criteria ask for.
type input struct {
	// Its tests are without those that say that nothing is tested, which are in all.
	schema.Spec
	all []schema.Named[schema.Test]
	// folder is that of the spec in the code repository, "." at its root.
	folder   string
	kinds    []plan.Kind
	criteria []plan.Criterion
	demands  plan.Demands
	// promoted are the environments of the promotions, by the environments to which they deploy.
	promoted map[string]string
	// workloads are without what the criteria decide.
	workloads []plan.Workload
}

// eachKind calls a function with each criterion, in the order of the kinds.
func (s input) eachKind(do func(plan.Kind, *plan.Criterion)) {
	for _, k := range s.kinds {
		for i := range s.criteria {
			if s.criteria[i].Kind == k.Name {
				do(k, &s.criteria[i])
			}
		}
	}
}

func (s input) kindOf(c plan.Criterion) plan.Kind {
	i := slices.IndexFunc(s.kinds, func(k plan.Kind) bool { return k.Name == c.Kind })
	return s.kinds[i]
}

// criteriaOf writes each promise with its figures.
func criteriaOf(s schema.Spec) []plan.Criterion {
	var out []plan.Criterion
	for _, c := range s.Criteria {
		p := c.Value.Promise()
		out = append(out, plan.Criterion{
			ID: c.ID, Kind: c.Value.Kind(), Statement: c.Value.Statement, Path: schema.Join("criteria", c.ID),
			Within: time.Duration(p.Within), AtLeast: p.AtLeast, Refuse: p.Refuse, From: p.From, Endpoint: p.Path, Status: p.Status,
			Places: p.In, By: p.By, How: p.How,
			Below: p.Below, Quantile: p.Quantile, Requests: p.Requests, PerMinute: p.PerMinute, Over: time.Duration(p.Over), Alert: p.Alert,
		})
	}
	return out
}
