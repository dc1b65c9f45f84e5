package generate

import (
	"fmt"
	"time"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// The bounds of Kubernetes for how fast an autoscaler follows, in seconds.
const (
	mostWindow = 3600
	mostPeriod = 1800
)

// scalesFit refuses what sets the number of pods and cannot: bounds that cross, nothing to follow, and figures that
// Kubernetes refuses.
func scalesFit(s input) diag.List {
	var out diag.List
	for i, w := range s.Workloads {
		scale := w.Value.Scale
		if scale == nil {
			continue
		}
		at := w.Value.At + ".scale"
		out = append(out, kedaFits(scale, at)...)
		if scale.CPU == 0 && scale.Memory == 0 && len(scale.Metrics)+len(scale.Keda) == 0 {
			out = append(out, diag.Diagnostic{Code: diag.MissingField, Path: at,
				Message: at + " has nothing that the number of pods could follow", Help: "for example cpu: 70, a percentage of the processor time that the pods ask for"})
		}
		out = append(out, crossing(*s.workloads[i].Scale, "")...)
		out = append(out, pacesFit(scale.Behaviour, at+".behaviour")...)
		for i, m := range scale.Metrics {
			out = append(out, metricFits(m, schema.Item(at+".metrics", i))...)
		}
	}
	for _, w := range s.workloads {
		if w.Scale.ByKEDA() && w.Scale.Fallback != nil {
			out = append(out, between(*w.Scale, "")...)
		}
	}
	for _, e := range s.Environments {
		for _, d := range e.Value.Differences {
			for _, w := range s.workloads {
				if w.Name == d.ID && w.Scale != nil && d.Value.Scale != nil {
					delta := plan.Delta{Path: d.Value.At, Workload: d.ID, Scale: scaleDelta(d.Value)}
					here := *plan.Environment{Deltas: []plan.Delta{delta}}.Scale(w)
					out = append(out, crossing(here, w.Scale.Path)...)
					if here.ByKEDA() && here.Fallback != nil && len(between(*w.Scale, "")) == 0 {
						out = append(out, between(here, " in "+e.ID)...)
					}
					if m := d.Value.Scale.Min; m != nil && *m == 0 && !w.Scale.ByKEDA() {
						out = append(out, noneLeft(d.Value.At+".scale.min"))
					}
				}
			}
		}
	}
	return out
}

// crossing refuses a least number above the greatest. Where both come from the place before, that was said already.
func crossing(s plan.Scale, before string) diag.List {
	if s.Min <= s.Max || before != "" && s.MinPath == before+".min" && s.MaxPath == before+".max" {
		return nil
	}
	at := s.MinPath
	if before != "" && at == before+".min" {
		at = s.MaxPath
	}
	return diag.List{{Code: diag.Contradiction, Path: at, Message: fmt.Sprintf("at least %d pods run (%s), and at most %d (%s)", s.Min, s.MinPath, s.Max, s.MaxPath), Help: "lower min or raise max"}}
}

// between refuses a number of pods that the autoscaler would raise or lower again: it keeps to its bounds.
func between(s plan.Scale, in string) diag.List {
	at, n := s.Path+".fallback.replicas", s.Fallback.Replicas
	if n >= s.Min && n <= s.Max {
		return nil
	}
	return diag.List{{Code: diag.Contradiction, Path: at, Message: fmt.Sprintf("%s is %d, and from %d (%s) to %d (%s) run%s", at, n, s.Min, s.MinPath, s.Max, s.MaxPath, in), Help: "write a number between the two"}}
}

func metricFits(m schema.Metric, at string) diag.List {
	var out diag.List
	no := func(field, message, help string) {
		out = append(out, diag.Diagnostic{Code: diag.NotApplicable, Path: at + field, Message: at + field + " " + message, Help: help})
	}
	switch {
	case m.Object != "" && m.On == "":
		out = append(out, diag.Diagnostic{Code: diag.MissingField, Path: at, Message: at + ".on is missing: it names the object that has the metric", Help: `for example on: "networking.k8s.io/v1/Ingress/main"`})
	case m.Object == "" && m.On != "":
		no(".on", "does nothing: the metric is of no object", "leave it out")
	}
	if m.Pods != "" && m.Value != "" {
		no(".value", "does nothing: each pod has a value of its own, and their average counts", "write average")
	}
	return out
}

// pacesFit holds times against the bounds of Kubernetes.
func pacesFit(b schema.Behaviour, at string) diag.List {
	var out diag.List
	bound := func(path string, d schema.Duration, most int) {
		if time.Duration(d) > time.Duration(most)*time.Second {
			out = append(out, diag.Diagnostic{Code: diag.BadValue, Path: path, Message: fmt.Sprintf("%s is %s, and Kubernetes takes %ds at the most", path, d, most), Help: fmt.Sprintf("write at most %ds", most)})
		}
	}
	for _, way := range b.Ways() {
		if way.Value.Wait != nil {
			bound(at+"."+way.ID+".wait", *way.Value.Wait, mostWindow)
		}
		for i, p := range way.Value.Policies {
			bound(schema.Item(at+"."+way.ID+".policies", i)+".every", p.Every, mostPeriod)
		}
	}
	return out
}
