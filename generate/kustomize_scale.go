package generate

import (
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
	"github.com/pipegen/pipegen/schema"
)

// The files of the object that sets the number of pods.
const (
	scalerFile = "horizontalpodautoscaler.yaml"
	kedaFile   = "scaledobject.yaml"
)

// scalers are the objects that set the number of pods of a workload.
func (r *renderer) scalers(w plan.Workload) []baseFile {
	switch {
	case w.Scale == nil:
		return nil
	case w.Scale.ByKEDA():
		return r.keda(w)
	}
	return []baseFile{{scalerFile, r.autoscaler(w)}}
}

// autoscaler sets the number of pods of a workload.
func (r *renderer) autoscaler(w plan.Workload) yamldoc.Doc {
	s := *w.Scale
	target, rollout := r.scaled(w, yamldoc.Map{{Key: "apiVersion", Value: yamldoc.Of("apps/v1")}, {Key: "kind", Value: yamldoc.Of("Deployment")}, {Key: "name", Value: r.name(w)}})
	return r.fill("kustomize/autoscaler", yamldoc.Values{
		"name":        r.name(w),
		"annotations": r.wave(w),
		"target":      target,
		"rollout":     rollout,
		"min":         r.replicas(w, "", s.MinPath, s.Min),
		"max":         r.own(s.MaxPath, s.Max),
		"metrics":     r.metrics(s),
		"behaviour":   r.behaviour(s),
	})
}

// scaled is the object whose number of pods is set: usual is how it is named where it is a Deployment.
func (r *renderer) scaled(w plan.Workload, usual yamldoc.Map) (target, rollout yamldoc.Value) {
	if !w.Rollout.Progressive() {
		return yamldoc.Of(usual), yamldoc.Omit
	}
	return yamldoc.Omit, yamldoc.Of(yamldoc.Map{{Key: "apiVersion", Value: yamldoc.Of("argoproj.io/v1alpha1")}, {Key: "kind", Value: yamldoc.Of("Rollout")}, {Key: "name", Value: r.name(w)}})
}

// patchScale is what an environment changes in it, if anything. A list of metrics is replaced as a whole.
func (r *renderer) patchScale(w plan.Workload, e plan.Environment) []baseFile {
	d := e.Delta(w.Name).Scale
	if w.Scale == nil || d == (plan.ScaleDelta{}) {
		return nil
	}
	file, template, follows := scalerFile, "kustomize/overlay-patch-autoscaler", r.metrics
	if w.Scale.ByKEDA() {
		file, template, follows = kedaFile, "kustomize/overlay-patch-scaledobject", r.kedaTriggers
	}
	s := *e.Scale(w)
	values := yamldoc.Values{"name": r.name(w), "min": yamldoc.Omit, "max": yamldoc.Omit, "metrics": yamldoc.Omit}
	if d.Min != nil {
		values["min"] = r.replicas(w, e.Name, s.MinPath, s.Min)
	}
	if d.Max > 0 {
		values["max"] = r.own(s.MaxPath, s.Max)
	}
	if d.CPU > 0 || d.Memory > 0 {
		values["metrics"] = follows(s)
	}
	return []baseFile{{file, r.fill(template, values)}}
}

// metrics are in the order in which the API server of Kubernetes has always kept them: processor time is the last.
func (r *renderer) metrics(s plan.Scale) yamldoc.Value {
	var out []yamldoc.Doc
	for _, m := range s.Metrics {
		out = append(out, r.metric(m))
	}
	if s.Memory > 0 {
		out = append(out, r.fill("kustomize/metric-resource", yamldoc.Values{"resource": yamldoc.Of("memory"), "share": r.own(s.MemoryPath, s.Memory)}))
	}
	if s.CPU > 0 {
		out = append(out, r.fill("kustomize/metric-resource", yamldoc.Values{"resource": yamldoc.Of("cpu"), "share": r.own(s.CPUPath, s.CPU)}))
	}
	return list(out...)
}

func (r *renderer) metric(m plan.Metric) yamldoc.Doc {
	values := yamldoc.Values{"metric": r.own(m.Path+"."+m.Source, m.Name), "selector": yamldoc.Omit}
	if labels := r.entries(m.Path+".labels", m.Labels); len(labels) > 0 {
		values["selector"] = yamldoc.Of(yamldoc.Map{{Key: "matchLabels", Value: yamldoc.Of(labels)}})
	}
	if m.Source == "pods" {
		values["average"] = r.own(m.Path+".average", m.Average)
		return r.fill("kustomize/metric-pods", values)
	}
	target := r.fill("kustomize/metric-average", yamldoc.Values{"value": r.own(m.Path+".average", m.Average)})
	if m.Average == "" {
		target = r.fill("kustomize/metric-value", yamldoc.Values{"value": r.own(m.Path+".value", m.Value)})
	}
	values["target"] = yamldoc.Block(target)
	if m.Source == "external" {
		return r.fill("kustomize/metric-external", values)
	}
	values["version"], values["kind"], values["object"] = r.own(m.Path+".on", m.Version), r.own(m.Path+".on", m.Kind), r.own(m.Path+".on", m.Object)
	return r.fill("kustomize/metric-object", values)
}

// behaviour is how fast the number of pods follows the load, or nothing.
func (r *renderer) behaviour(s plan.Scale) yamldoc.Value {
	var out yamldoc.Map
	for _, way := range []struct {
		key string
		*plan.Pace
	}{{"scaleDown", s.Down}, {"scaleUp", s.Up}} {
		if way.Pace != nil {
			out = append(out, yamldoc.Entry{Key: way.key, Value: yamldoc.Block(r.pace(*way.Pace))})
		}
	}
	return mapping(out)
}

// selects are the words of Kubernetes for those of a spec.
var selects = map[string]string{"max": "Max", "min": "Min", "disabled": "Disabled"}

func (r *renderer) pace(p plan.Pace) yamldoc.Doc {
	wait := yamldoc.Omit
	if p.Wait >= 0 {
		wait = r.own(p.Path+".wait", p.Wait)
	}
	var policies []yamldoc.Doc
	for i, x := range p.Policies {
		at := schema.Item(p.Path+".policies", i)
		kind, field, n := "Pods", ".pods", x.Pods
		if x.Percent > 0 {
			kind, field, n = "Percent", ".percent", x.Percent
		}
		policies = append(policies, r.fill("kustomize/pace-policy", yamldoc.Values{
			"type": yamldoc.Of(kind), "value": r.own(at+field, n), "seconds": r.own(at+".every", x.Seconds)}))
	}
	return r.fill("kustomize/pace", yamldoc.Values{"wait": wait, "select": r.optional(p.Path+".select", selects[p.Select]), "policies": list(policies...)})
}
