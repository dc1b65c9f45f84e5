package generate

import (
	"time"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// criteriaOf writes each promise with the figures of its kind.
func criteriaOf(s schema.Spec) []plan.Criterion {
	var out []plan.Criterion
	for _, c := range s.Criteria {
		v := c.Value
		p := plan.Criterion{ID: c.ID, Kind: v.Kind(), Statement: v.Statement, Path: schema.Join("criteria", c.ID)}
		within := func(d schema.Duration) { p.Within = time.Duration(d) }
		switch {
		case v.Triggered != nil:
			within(v.Triggered.Within)
		case v.Coverage != nil:
			p.AtLeast = v.Coverage.AtLeast
		case v.Published != nil:
			within(v.Published.Within)
		case v.Scanned != nil:
			p.Refuse = v.Scanned.Refuse
		case v.Synced != nil:
			within(v.Synced.Within)
			p.From = v.Synced.From
		case v.Ready != nil:
			within(v.Ready.Within)
		case v.Endpoint != nil:
			within(v.Endpoint.Within)
			p.Endpoint, p.Status, p.From = v.Endpoint.Path, v.Endpoint.Status, v.Endpoint.From
		case v.Rollback != nil:
			within(v.Rollback.Within)
			p.By = v.Rollback.By
		case v.Logs != nil:
			p.In = v.Logs.In
		case v.Replicas != nil:
			p.AtLeast = float64(v.Replicas.AtLeast)
		case v.Manual != nil:
			p.By, p.How = v.Manual.By, v.Manual.How
		}
		out = append(out, p)
	}
	return out
}
