package generate

import (
	"fmt"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// requestsBelowLimits refuses what the API server would refuse at the first sync.
func requestsBelowLimits(s input) diag.List {
	var out diag.List
	for _, w := range s.Workloads {
		base := w.Value.Resources
		for _, c := range w.Value.Containers() {
			out = append(out, exceeding(c.At+".resources", c.Resources, schema.Resources{})...)
		}
		for _, e := range s.Environments {
			d := e.Value.Difference(w.ID)
			out = append(out, exceeding(d.At+".resources", merged(base, d.Resources), base)...)
		}
	}
	return out
}

// exceeding finds requests above their limits, except those that are the same in the resources before, which were
// reported there.
func exceeding(at string, r, before schema.Resources) diag.List {
	type pair struct{ request, limit string }
	var out diag.List
	for _, x := range []struct {
		field string
		pair
		before pair
	}{
		{"cpu", pair{r.Requests.CPU, r.Limits.CPU}, pair{before.Requests.CPU, before.Limits.CPU}},
		{"memory", pair{r.Requests.Memory, r.Limits.Memory}, pair{before.Requests.Memory, before.Limits.Memory}},
		{"ephemeralStorage", pair{r.Requests.EphemeralStorage, r.Limits.EphemeralStorage}, pair{before.Requests.EphemeralStorage, before.Limits.EphemeralStorage}},
	} {
		if x.pair != x.before && plan.Quantity(x.request).Cmp(plan.Quantity(x.limit)) > 0 {
			out = append(out, diag.Diagnostic{Code: diag.Contradiction, Path: at + ".requests." + x.field,
				Message: fmt.Sprintf("%s.requests.%s is %s, above the limit of %s", at, x.field, x.request, x.limit),
				Help:    "lower the request or raise " + at + ".limits." + x.field})
		}
	}
	return out
}

// merged is what the environment sets, and for the rest what the base sets.
func merged(base, own schema.Resources) schema.Resources {
	return schema.Resources{Requests: mergedList(base.Requests, own.Requests), Limits: mergedList(base.Limits, own.Limits)}
}

func mergedList(base, own schema.ResourceList) schema.ResourceList {
	pick := func(own, base string) string {
		if own != "" {
			return own
		}
		return base
	}
	return schema.ResourceList{
		CPU:              pick(own.CPU, base.CPU),
		Memory:           pick(own.Memory, base.Memory),
		EphemeralStorage: pick(own.EphemeralStorage, base.EphemeralStorage),
	}
}
