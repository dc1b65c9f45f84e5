package generate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// clustersDiffer holds what clusters change in workloads against the rules for what an environment changes.
func clustersDiffer(s input) diag.List {
	var out diag.List
	for _, e := range s.Environments {
		there := asIn(s, e)
		for _, c := range e.Value.Clusters {
			if !c.Value.Differs() {
				continue
			}
			at := schema.Join(schema.Join("environments", e.ID)+".clusters", c.ID)
			there.Environments = []schema.Named[schema.Environment]{{ID: e.ID, Value: schema.Environment{Cluster: c.ID, Differences: c.Value.Differences}}}
			for _, rule := range []func(input) diag.List{namesKnown, differencesFit, requestsBelowLimits, variablesOnce, variablesOpen, filesFit, volumesFit, scalesFit, statefulFits, progressiveFits, ownFits} {
				out = append(out, slices.DeleteFunc(rule(there), func(d diag.Diagnostic) bool { return !strings.HasPrefix(d.Path, at+".") && d.Path != at })...)
			}
			out = append(out, keptRollouts(there, at)...)
			if name := e.ID + "-" + c.ID; slices.Contains(ids(s.Environments), name) {
				out = append(out, diag.Diagnostic{Code: diag.Duplicate, Path: at, Message: fmt.Sprintf("%s differs and has the overlay %s, which is that of the environment %s", plan.Where(e.ID, c.ID), name, name),
					Help: "call the environment or the cluster otherwise"})
			}
		}
	}
	return out
}

// keptRollouts: kustomize replaces the lists of a Rollout as a whole, and with them the image that is live (K04).
func keptRollouts(s input, at string) diag.List {
	var out diag.List
	for _, w := range s.workloads {
		d := s.Environments[0].Value.Difference(w.Name)
		if w.Rollout.Progressive() && changesPod(w, deltaOf(s, schema.Named[schema.Difference]{ID: w.Name, Value: d})) {
			out = append(out, diag.Diagnostic{Code: diag.NotApplicable, Path: d.At,
				Message: fmt.Sprintf("%s changes the pods of %s, which are those of a Rollout: kustomize replaces its containers as a whole, and with them the image that is live", d.At, w.Name),
				Help:    "let replicas, scale, route and files differ here, or make the cluster an environment of its own"})
		}
	}
	return out
}

// asIn is the input with the workloads as they are in an environment.
func asIn(s input, e schema.Named[schema.Environment]) input {
	here := plan.Environment{Name: e.ID}
	for _, d := range e.Value.Differences {
		here.Deltas = append(here.Deltas, deltaOf(s, d))
	}
	s.Workloads, s.workloads = slices.Clone(s.Workloads), slices.Clone(s.workloads)
	for i := range s.Workloads {
		w, of := &s.Workloads[i].Value, &s.workloads[i]
		d := e.Value.Difference(of.Name)
		w.Resources = merged(w.Resources, d.Resources)
		if len(d.Files) > 0 {
			files := map[string]schema.File{}
			for path, f := range w.Files {
				if own, ok := d.Files[path]; ok && f.Content != nil {
					f.Content = &own.Content
				}
				files[path] = f
			}
			w.Files = files
		}
		*of = here.Applied(*of)
	}
	return s
}
