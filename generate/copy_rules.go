package generate

import (
	"fmt"
	"slices"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// copiesFit: an environment copies images that it runs, and to another place than the one to which they are pushed.
func copiesFit(s input) diag.List {
	var out diag.List
	for _, e := range s.Environments {
		for _, c := range e.Value.Copies {
			at, v := c.Value.At, c.Value
			of := slices.IndexFunc(s.Images, func(i schema.Named[schema.Image]) bool { return i.ID == c.ID })
			runs := func(w plan.Workload) bool { return w.Runs(c.ID) && w.RunsIn(e.ID) }
			switch {
			case of < 0: // namesKnown says so
			case !slices.ContainsFunc(s.workloads, runs):
				out = append(out, diag.Diagnostic{Code: diag.NotApplicable, Path: at,
					Message: fmt.Sprintf("%s does nothing: nothing in %s runs the image %s", at, e.ID, c.ID), Help: "leave it out"})
			case v.Registry == s.Images[of].Value.Registry && v.Name == s.Images[of].Value.Name:
				out = append(out, diag.Diagnostic{Code: diag.NotApplicable, Path: at,
					Message: fmt.Sprintf("%s does nothing: the image is pushed to %s/%s already", at, v.Registry, v.Name), Help: "name another registry, or another name there, or leave it out"})
			}
		}
	}
	return out
}
