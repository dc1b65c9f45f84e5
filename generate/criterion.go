package generate

import (
	"time"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// criteriaOf are the criteria of a spec as facts.
func criteriaOf(s schema.Spec) []plan.Criterion {
	var out []plan.Criterion
	for _, named := range s.Criteria {
		v := named.Value
		c := plan.Criterion{ID: named.ID, Kind: v.Kind(), Statement: v.Statement, Path: schema.Join("criteria", named.ID)}
		for _, w := range []*schema.Within{v.Triggered, v.Published, v.Ready} {
			if w != nil {
				c.Within = time.Duration(w.Within)
			}
		}
		switch {
		case v.Coverage != nil:
			c.AtLeast = v.Coverage.AtLeast
		case v.Replicas != nil:
			c.AtLeast = float64(v.Replicas.AtLeast)
		case v.Scanned != nil:
			c.Refuse = v.Scanned.Refuse
		case v.Synced != nil:
			c.Within, c.From = time.Duration(v.Synced.Within), v.Synced.From
		case v.Endpoint != nil:
			c.Within, c.From = time.Duration(v.Endpoint.Within), v.Endpoint.From
			c.Endpoint, c.Status = v.Endpoint.Path, v.Endpoint.Status
		case v.Rollback != nil:
			c.Within, c.By = time.Duration(v.Rollback.Within), v.Rollback.By
		case v.Logs != nil:
			c.In = v.Logs.In
		case v.Manual != nil:
			c.By, c.How = v.Manual.By, v.Manual.How
		}
		out = append(out, c)
	}
	return out
}
